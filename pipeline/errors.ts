// Every error keepage raises on purpose: a stable code, what happened, what to do. docs/errors.md is made from this list.

export const errors = {
  E001: { title: "Unexpected failure", todo: "Run again with --debug and report what it prints." },
} as const;
