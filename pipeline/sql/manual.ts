// The reference pages of docs/ and the editors' schemas, made from the declarations that the program itself runs on.

import { z } from "zod";
import { axes, vocabularies } from "../axes.ts";
import { contract, type EntityName, entity, entityNames, type FieldType } from "../contract.ts";
import { errorCodes } from "../errors.ts";
import { commands, exitCodes, globalOptions, help } from "../help.ts";
import { policySchema } from "../settings/policies.ts";
import { jsonSchemas } from "../settings/schema.ts";
import { targetable } from "../settings/targets.ts";
import type { DictionaryTable } from "./dictionary.ts";
import { settingsOf } from "./settings.ts";

const made = (from: string) =>
  `<!-- Made by \`npm run generate\` from ${from}: do not edit; a test fails when this is stale. -->`;

/** A cell of a Markdown table. */
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
const row = (...cells: string[]) => `| ${cells.map(cell).join(" | ")} |`;
const tableOf = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(...header), row(...header.map(() => "---")), ...rows.map((r) => row(...r))].join("\n");
const page = (...parts: readonly string[]) => `${parts.join("\n\n")}\n`;
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");

const errorGroups = [
  ["E0", "Settings and command line", "Exit code 2. Nothing was run."],
  [
    "E1",
    "A file is held",
    "Exit code 3. Nothing of the file is loaded; everything else is, and a release is published.",
  ],
  ["E2", "Models", "Exit code 1. The last release stays up."],
  ["E3", "Publishing", "Exit code 1. The last release stays up."],
  ["E4", "Runs and queries", "Exit code 1."],
  ["E9", "Unexpected", "Exit code 1."],
] as const;

/** docs/errors.md */
export function errorsPage(): string {
  const groups = errorGroups.map(([start, title, about]) =>
    [
      `## ${title}`,
      about,
      ...Object.entries(errorCodes)
        .filter(([code]) => code.startsWith(start))
        .map(([code, [what, todo]]) => `### ${code}\n\n**${what}.** ${todo}`),
    ].join("\n\n"),
  );
  return page(
    made("pipeline/errors.ts"),
    "# Errors",
    "Every error has a code that does not change, one sentence of what happened, and one of what to do. `--debug` adds the stack trace.",
    ...groups,
  );
}

/** docs/settings.md */
export function settingsPage(): string {
  const schemas = jsonSchemas();
  const part = (file: "keepage" | "source", about: string) => [
    `## ${file}.yaml`,
    about,
    tableOf(
      ["key", "value", "unless told", "meaning"],
      settingsOf(schemas[`${file}.schema.json`]!).map((s) => [`\`${s.key}\``, s.value, s.standard, s.about]),
    ),
  ];
  return page(
    made("pipeline/settings/schema.ts"),
    "# Settings",
    "Every key of a workspace's settings and of a source. `keepage check` proves them; a mistake names file, line and the nearest key. Limits by kind of referral are [policies](../sources/policies), words of a source its `statuses.csv`.",
    ...part("keepage", "One file for each workspace."),
    ...part(
      "source",
      "One file for each export format, in `sources/NAME/`; `columns` names [fields of the contract](contract.md). With `extends` only what differs from a shipped source is written.",
    ),
  );
}

/** docs/cli.md */
export function commandsPage(): string {
  const sections = commands.map((c) =>
    [
      `## ${c.name}`,
      c.about,
      `\`\`\`\n${c.usage}\n\`\`\``,
      ...(c.options.length
        ? [
            tableOf(
              ["option", "what it does"],
              c.options.map(([o, about]) => [`\`${o}\``, about]),
            ),
          ]
        : []),
    ].join("\n\n"),
  );
  return page(
    made("pipeline/help.ts"),
    "# Command line",
    `\`\`\`\n${help()}\n\`\`\``,
    ...sections,
    "## Options of every command",
    tableOf(
      ["option", "what it does"],
      globalOptions.map(([o, about]) => [`\`${o}\``, about]),
    ),
    "## Exit codes",
    tableOf(
      ["code", "meaning"],
      exitCodes.map(([code, about]) => [String(code), about]),
    ),
  );
}

const typeWords: Readonly<Record<FieldType, string>> = {
  id: "identifier: text from first to last, leading zeros kept",
  text: "text",
  code: "a raw word, which `statuses.csv` maps",
  timestamp: "time of the workspace's zone; a date without a time is its midnight",
  date: "calendar date",
  integer: "whole number",
  decimal: "number",
  boolean: "yes or no",
  npi: "National Provider Identifier, ten digits",
};

/** docs/contract.md */
export function contractPage(): string {
  const entities = entityNames.map((name) => {
    const { about, key, fields } = entity(name);
    return [
      `## ${name}`,
      about,
      `One record from another: ${key.map((k) => `\`${k}\``).join(", ")}.`,
      tableOf(
        ["field", "type", "meaning"],
        Object.entries(fields).map(([field, f]) => [
          `\`${field}\`${f.required ? " (needed)" : ""}`,
          f.type,
          `${f.about}${f.identity ? " *Identifies a person: kept in the private state only.*" : ""}`,
        ]),
      ),
    ].join("\n\n");
  });
  const values = (lists: Readonly<Record<string, readonly string[]>>) =>
    tableOf(
      ["axis", "values"],
      Object.entries(lists).map(([axis, list]) => [`\`${axis}\``, list.map((v) => `\`${v}\``).join(", ")]),
    );
  return page(
    made("pipeline/contract.ts"),
    "# The contract",
    "What keepage can know. A source maps the columns of an export to these fields; nothing else of a file is loaded.",
    `Entities: ${Object.keys(contract)
      .map((name) => `[${name}](#${anchor(name)})`)
      .join(", ")}.`,
    "## Types",
    tableOf(["type", "what it holds"], Object.entries(typeWords)),
    ...entities,
    "## Status axes",
    "A referral has five states at once. `statuses.csv` maps a source's words to them.",
    values(axes),
    "## Other words that are mapped",
    values(vocabularies),
  );
}

/** docs/warehouse.md */
export function warehousePage(tables: readonly DictionaryTable[]): string {
  const layers = [
    ["marts", "Answers: what pages and worklists read."],
    ["core", "What happened, one row per thing that did."],
    ["seeds", "What the models were told besides the rows: the run, its files, words, calendar."],
  ] as const;
  const parts = layers.flatMap(([layer, about]) => [
    `## ${layer}`,
    about,
    ...tables
      .filter((t) => t.name.startsWith(`${layer}.`))
      .map((t) =>
        [
          `### ${t.name}`,
          ...(t.comment ? [t.comment] : []),
          ...(t.grain
            ? [
                `One row for each: ${t.grain
                  .split(", ")
                  .map((c) => `\`${c}\``)
                  .join(", ")}.`,
              ]
            : []),
          t.columns.some((c) => c.comment)
            ? tableOf(
                ["column", "type", "meaning"],
                t.columns.map((c) => [`\`${c.name}\``, c.type, c.comment]),
              )
            : tableOf(
                ["column", "type"],
                t.columns.map((c) => [`\`${c.name}\``, c.type]),
              ),
        ].join("\n\n"),
      ),
  ]);
  return page(
    made("models/ and pipeline/seeds.ts"),
    "# The warehouse",
    "Tables of a release's `warehouse.duckdb`. Patients are `patient_key`, a keyed hash; names, numbers and birth dates are not in it.\nAsk it with `keepage sql`, or open the file with any DuckDB.",
    ...parts,
  );
}

/** JSON Schemas for editors, by file name. A source's `columns` are completed with the fields of its entity. */
export function editorSchemas(): Record<string, object> {
  const schemas = jsonSchemas();
  const source = schemas["source.schema.json"];
  const columnsOf = (name: EntityName) => {
    const fields = Object.entries(entity(name).fields);
    const properties = Object.fromEntries(
      fields.map(([field, f]) => [field, { description: `${f.about} (${f.type})` }]),
    );
    return { properties, propertyNames: { enum: fields.map(([field]) => field) } };
  };
  // A source that extends another may leave its entity to that.
  const anyOf: object[] = entityNames.map((name) => ({
    properties: { entity: { const: name }, columns: columnsOf(name) },
    required: ["entity"],
  }));
  anyOf.push({ not: { required: ["entity"] } });
  const workspace = schemas["keepage.schema.json"] as { properties: { targets: object } };
  const targets = { ...workspace.properties.targets, propertyNames: { enum: [...targetable().keys()] } };
  const policy = z.toJSONSchema(policySchema, { io: "input", unrepresentable: "any" });
  return {
    "keepage.schema.json": { ...workspace, properties: { ...workspace.properties, targets } },
    "source.schema.json": { ...source, anyOf },
    "policy.schema.json": policy,
  };
}

/** Every page and schema that no model makes, by path below keepage's own folder. */
export function manual(): Record<string, string> {
  return {
    "docs/cli.md": commandsPage(),
    "docs/contract.md": contractPage(),
    "docs/errors.md": errorsPage(),
    "docs/settings.md": settingsPage(),
    ...Object.fromEntries(
      Object.entries(editorSchemas()).map(([name, schema]) => [
        `sources/schema/${name}`,
        `${JSON.stringify(schema, null, 2)}\n`,
      ]),
    ),
  };
}
