// Paths into FHIR resources, as `columns` of a FHIR source write them: the part of FHIRPath that a mapping needs.
//
//     subject.reference                      elements by name; one that repeats gives all its values
//     telecom.where(system='phone').value    only entries where a path equals (or, with !=, does not equal) a text
//     name.first().family                    the first entry
//     code.coding.codes()                    each coding as system|code
//     basedOn.reference.id(ServiceRequest)   the id that a reference to this type names
//     authoredOn.precision()                 how exactly a date is known: year, month, day or time
//     reference()                            the resource itself as Type/id
//
// Several values become one text, separated by blanks.
import { KeepageError } from "../errors.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Text at a path of a resource; empty where there is none. */
export type FhirPath = (resource: Json) => string;

type Step = (nodes: readonly Json[]) => readonly Json[];

/** Times as FHIR writes them: an instant with its offset, a day, a month or a year. */
export const fhirTimes = [
  "yyyy-MM-dd'T'HH:mm:ssXXX",
  "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
  "yyyy-MM-dd",
  "yyyy-MM-dd'T'HH:mmXXX",
  "yyyy-MM-dd'T'HH:mm:ss",
  "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
  "yyyy-MM",
  "yyyy",
];

/** Compiles a path. Throws KeepageError E004 on what is no path. */
export function fhirPath(text: string): FhirPath {
  const steps = stepsOf(text);
  return (resource) => {
    let nodes: readonly Json[] = [resource];
    for (const step of steps) {
      nodes = step(nodes);
      if (nodes.length === 0) return "";
    }
    return nodes.length === 1 ? textOf(nodes[0]!) : nodes.map(textOf).filter(Boolean).join(" ");
  };
}

/** A resource, or any other object of JSON. */
export function isObject(json: unknown): json is { [key: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function textOf(node: Json): string {
  if (typeof node === "string") return node;
  return typeof node === "number" || typeof node === "boolean" ? String(node) : "";
}

function stepsOf(text: string): Step[] {
  // Dots within parentheses belong to the path or text inside.
  const parts = text.match(/(?:[^.('"]+|\((?:[^'()]|'[^']*'|\([^()]*\))*\))+/g) ?? [];
  if (parts.length === 0 || parts.join(".") !== text) fail(text, "is no path");
  return parts.map((part) => {
    if (/^[A-Za-z]\w*$/.test(part)) return child(part);
    const [, name, inside] = /^(\w+)\((.*)\)$/s.exec(part) ?? [];
    const make = name === undefined ? undefined : functions[name];
    if (!make) return fail(text, `"${part}" is neither an element nor a function`);
    return make(inside!.trim(), text);
  });
}

function fail(path: string, what: string): never {
  throw new KeepageError("E004", `FHIR path "${path}": ${what}.`, {
    todo: `Name elements as the resource does; functions are ${Object.keys(functions).join(", ")}.`,
  });
}

function child(name: string): Step {
  return (nodes) => {
    const [only] = nodes;
    if (nodes.length === 1 && isObject(only)) {
      const value = only[name];
      return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
    }
    return nodes.flatMap((node) => {
      const value = isObject(node) ? node[name] : undefined;
      return value === undefined || value === null ? [] : value;
    });
  };
}

const eachText =
  (change: (text: string) => string): Step =>
  (nodes) =>
    nodes.flatMap((node) => change(textOf(node)) || []);

const functions: Record<string, (inside: string, path: string) => Step> = {
  first: () => (nodes) => nodes.slice(0, 1),
  where(inside, path) {
    const [, left, operator, wanted] = /^([\w.]+)\s*(=|!=)\s*'([^']*)'$/.exec(inside) ?? [];
    if (left === undefined) return fail(path, `where(${inside}) is not such as where(use='official')`);
    const steps = stepsOf(left);
    const holds = operator === "=";
    return (nodes) =>
      nodes.filter((node) => {
        const found = steps.reduce<readonly Json[]>((at, step) => step(at), [node]);
        return found.some((value) => textOf(value) === wanted) === holds;
      });
  },
  codes: () => (nodes) =>
    nodes.flatMap((node) => {
      if (!isObject(node) || typeof node.system !== "string" || typeof node.code !== "string") return [];
      return codeText(node.system, node.code);
    }),
  id: (type) => eachText((reference) => idOf(reference, type) ?? ""),
  precision: () => eachText(precisionOf),
  reference: () => (nodes) =>
    nodes.flatMap((node) =>
      isObject(node) && typeof node.id === "string" ? `${textOf(node.resourceType ?? "")}/${node.id}` : [],
    ),
};

/** A code as the contract's `codes` fields list it. Codes may hold single blanks; the list is separated by them. */
export function codeText(system: string, code: string): string {
  return `${system}|${code}`.replaceAll(" ", "%20");
}

/**
 * The id in a literal reference to a type of resource: Type/id, an absolute address, either with /_history/version, or urn:uuid:id, which
 * names no type. Nothing for another type, a contained resource (#id) and a search (Type?identifier=...).
 */
export function idOf(reference: string, type: string): string | undefined {
  if (reference.startsWith("urn:uuid:")) return reference.slice("urn:uuid:".length);
  const [, named, id] =
    /^(?:.*\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(reference) ?? [];
  return named === type || (type === "" && named !== undefined) ? id : undefined;
}

/** How exactly a FHIR date or dateTime is known. */
function precisionOf(time: string): string {
  if (time === "") return "";
  return ({ 4: "year", 7: "month", 10: "day" } as Record<number, string>)[time.length] ?? "time";
}
