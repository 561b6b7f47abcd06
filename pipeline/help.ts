// What the command line can do, in one list: help texts, and the test that every command is documented, come from here.

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  /** Option and what it does. */
  readonly options: readonly (readonly [string, string])[];
}

const workspace = ["--workspace DIR", "the workspace; else the nearest folder upward with a keepage.yaml"] as const;
const json = ["--json", "one JSON object a line, for machines"] as const;

const format = [
  ["--format table|csv|json", "table, unless told"],
  ["--json", "the same as --format json"],
] as const;

export const commands: readonly Command[] = [
  {
    name: "demo",
    usage: "keepage demo",
    about: "Writes a synthetic organization's exports and runs the whole job on them.",
    options: [["--no-site", "without the site"], json],
  },
  {
    name: "init",
    usage: "keepage init DIR [--source NAME ...]",
    about: "Makes a workspace: settings, an inbox, and the shipped sources you name.",
    options: [
      ["--source NAME", "switch on a shipped source; repeat for several; keepage.yaml lists those that ship"],
      ["--name NAME", "name of the organization"],
      ["--time-zone ZONE", "such as America/Chicago; this machine's, unless told"],
      json,
    ],
  },
  {
    name: "draft",
    usage: "keepage draft FILE [--name NAME] [--entity ENTITY]",
    about: "Writes a first source.yaml and statuses.csv from an export's own headers and values.",
    options: [
      ["--name NAME", "folder of the source"],
      ["--entity ENTITY", "what the file holds, where the headers do not tell"],
      workspace,
      json,
    ],
  },
  {
    name: "check",
    usage: "keepage check",
    about: "Proves settings, sources, policies and models without changing anything.",
    options: [workspace, json],
  },
  {
    name: "run",
    usage: "keepage run",
    about: "Takes in what arrived, builds the models, proves them, publishes site and worklists.",
    options: [
      workspace,
      ["--accept FILE", "a list that was held because it shrank, or that another one contradicts, is right"],
      ["--forget FILE", "leave a file out for good, as if it had never come; --accept takes it back"],
      ["--rebuild", "load everything again from the archive, with the sources as they are now"],
      ["--no-site", "warehouse and worklists only"],
      json,
    ],
  },
  {
    name: "status",
    usage: "keepage status",
    about: "Shows releases, sources and their freshness, and what was held and why.",
    options: [workspace, json],
  },
  {
    name: "rejects",
    usage: "keepage rejects [FILE]",
    about: "Shows rejected rows: file, line, field, value (masked), rule and what to do.",
    options: [workspace, ...format],
  },
  {
    name: "sql",
    usage: 'keepage sql ["QUERY"]',
    about: "Asks the current release, read-only; without a query lists its tables.",
    options: [workspace, ...format, ["--with-identity", "attach identity.patient, for the owner of the state file"]],
  },
  {
    name: "serve",
    usage: "keepage serve [--port 4180]",
    about: "Serves the current site to this machine only.",
    options: [workspace, ["--port PORT", "4180, unless told"], json],
  },
  {
    name: "schedule",
    usage: "keepage schedule",
    about: "Runs by the schedule in keepage.yaml, one run at a time, until stopped.",
    options: [workspace, json],
  },
  {
    name: "rollback",
    usage: "keepage rollback",
    about: "Publishes the release before the current one again.",
    options: [workspace, json],
  },
];

export const globalOptions: readonly (readonly [string, string])[] = [
  ["--help", "what a command does"],
  ["--version", "the version"],
  ["--debug", "stack traces of errors"],
];

export const exitCodes: readonly (readonly [number, string])[] = [
  [0, "done"],
  [1, "failed; the last release stays up"],
  [2, "settings or command line wrong; nothing was run"],
  [3, "done, but something was held or is missing: `keepage status` says what and why"],
];

export function help(): string {
  const width = Math.max(...commands.map((c) => c.name.length));
  return [
    "keepage: what becomes of referrals",
    "",
    ...commands.map((c) => `  ${c.name.padEnd(width)}  ${c.about}`),
    "",
    "keepage help COMMAND tells more. --debug shows stack traces. Exit codes: 0 done, 1 failed,",
    "2 settings or command line wrong, 3 done but something was held or is missing.",
  ].join("\n");
}

/** Names of the options that a command reads. */
export function optionsOf(command: Command): string[] {
  return [...command.options, ...globalOptions].map(([option]) => /^--([a-z-]+)/.exec(option)![1]!);
}

/** How many arguments without a name a command reads. */
export function takes(command: Command): number {
  return /^keepage \w+ \[?"?[A-Z]/.test(command.usage) ? 1 : 0;
}

export function helpFor(command: Command): string {
  const width = Math.max(0, ...command.options.map(([option]) => option.length));
  return [
    command.about,
    "",
    `  ${command.usage}`,
    "",
    ...command.options.map(([option, about]) => `  ${option.padEnd(width)}  ${about}`),
  ]
    .join("\n")
    .trimEnd();
}
