// Belongs to every file of tests: what modules share among files is opened once for all, what a file made goes with it.
import { afterAll } from "vitest";
import { sweep } from "./folder.ts";

afterAll(sweep);
