// The made-up organization, simulated, taken in and published once by the command itself: whether its numbers are true, and what its
// pages show.
import { afterAll } from "vitest";
import { discardDemo } from "./demo.ts";
import "./demo-truth.ts";
import "./demo-leakage.ts";
import "./demo-cubes.ts";
import "./demo-pages.ts";

afterAll(discardDemo);
