// Preloaded into a build to prove that it needs no network: whatever reaches for one fails loudly.
import dgram from "node:dgram";
import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

const refuse = (what) => () => {
  process.stderr.write(`no network allowed: ${what}\n`);
  process.exit(99);
};
globalThis.fetch = refuse("fetch");
http.request = http.get = refuse("http");
https.request = https.get = refuse("https");
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [first] = args.flat();
  const local = typeof first === "string" ? Number.isNaN(Number(first)) : Boolean(first?.path); // a pipe between processes
  return local ? connect.apply(this, args) : refuse("socket")();
};
dgram.createSocket = refuse("dgram");
dns.lookup = refuse("dns");
syncBuiltinESMExports();
