// The keys of a settings file, read from its JSON Schema: what a person may write, what holds otherwise, and what it means.

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

export interface Setting {
  /** Dotted; NAME stands for a key that the writer chooses. */
  readonly key: string;
  readonly value: string;
  /** Value where it is left out; empty where there is none. */
  readonly standard: string;
  readonly about: string;
}

/** Every key of an object's schema, the inner ones after the one that holds them. */
export function settingsOf(schema: Schema, above = ""): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => [
    { key: above + name, value: formOf(child), standard: standardOf(child.default), about: child.description ?? "" },
    ...inner(child).flatMap(([step, one]) => settingsOf(one, `${above}${name}${step}.`)),
  ]);
}

/** Objects below a key, with what stands between in the path. */
function inner(schema: Schema): [step: string, schema: Schema][] {
  if (schema.properties) return [["", schema]];
  const below = (step: string, one: Schema | undefined) =>
    one ? inner(one).map(([further, found]): [string, Schema] => [step + further, found]) : [];
  return [
    ...below(".NAME", typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined),
    ...below("[]", schema.items),
    ...(schema.anyOf ?? []).flatMap((one) => inner(one)),
  ];
}

function formOf({ type, enum: words, const: fixed, items, anyOf, properties, additionalProperties }: Schema): string {
  if (fixed !== undefined) return String(fixed);
  if (words) return words.map(String).join(", ");
  if (anyOf) return [...new Set(anyOf.map(formOf))].join(" or ");
  if (items) return `list of ${formOf(items)}`;
  if (properties || additionalProperties) return "keys";
  return [type ?? "text"]
    .flat()
    .map((t) => ({ string: "text", integer: "number", boolean: "true, false" })[t] ?? t)
    .join(" or ");
}

function standardOf(value: unknown): string {
  if (value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0))
    return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
