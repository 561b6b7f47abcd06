// Counters of rows as bits: whatever a row counts towards is one bit of a whole number, and one sum counts two of them.
// Thirty metrics cost a pass over a million rows about as much as three would.

/** Something that is counted: bit `bit` of column `bits<word>`, or the bit 32 above it. */
export interface Counter {
  /** Column of the state a row must be in, and what else must hold of it; `true` where nothing must. */
  readonly state: string;
  readonly hit: string;
  /** Column that says where the row stands among the windows. */
  readonly window: string;
  /** Counts rows too young to tell. */
  readonly immature: boolean;
  word: number;
  bit: number;
  high: boolean;
}

/** Sums of two counters: one below 2^32, one above. A cell holds fewer rows than that. */
const bothMask = 4294967297n;
const lowMask = 4294967295n;
const perWord = 31;

/** Column of the sum that holds a counter. */
const column = ({ word, bit }: Counter) => `k${word * perWord + bit}`;

/** A counter's number, from the sum that holds it. */
export function taken(counter: Counter | null): string {
  if (counter === null) return "0";
  return counter.high ? `${column(counter)} >> 32` : `${column(counter)} & ${lowMask}`;
}

export class Counters {
  private readonly known = new Map<string, Counter>();

  /** The counter of these rows; the same one where it was asked for before. */
  of(state: string, hit: string, window: string, immature: boolean): Counter {
    const key = [window, immature, state, hit].join(" ");
    const made = this.known.get(key) ?? { state, hit, window, immature, word: 0, bit: 0, high: false };
    this.known.set(key, made);
    return made;
  }

  /** Gives each counter its bit, once all are known. Those of one window share sums, so that a window can be asked for as a whole. */
  place(): void {
    let sum = -1;
    const groups = Map.groupBy(this.known.values(), ({ window, immature }) => `${window} ${immature}`);
    for (const group of groups.values())
      for (const [i, counter] of group.entries()) {
        if (i % 2 === 0) sum++;
        counter.word = Math.floor(sum / perWord);
        counter.bit = sum % perWord;
        counter.high = i % 2 === 1;
      }
  }

  /** Columns `bits0`, `bits1`, ... of a row. What only counts in some state is asked of the rows in that state alone. */
  columns(): string[] {
    const words = Map.groupBy(this.known.values(), (counter) => counter.word);
    return [...words].map(([word, counters]) => {
      const terms = [...Map.groupBy(counters, ({ state }) => state)].map(([state, of]) => {
        const bits = of.map(({ hit, bit, high }) => {
          const value = 2n ** BigInt(bit + (high ? 32 : 0));
          return hit === "true" ? String(value) : `case when ${hit} then ${value} else 0 end`;
        });
        return state === "true" ? bits.join(" + ") : `case when ${state} then ${bits.join(" + ")} else 0 end`;
      });
      return `cast(${terms.join("\n      + ")} as bigint) as bits${word}`;
    });
  }
}

/** A column of a select: its expression and its name. */
export interface Sum {
  readonly sql: string;
  readonly as: string;
}

/** The sums that hold these counters, of all rows or of those where `when` holds. */
export function sumsOf(counters: readonly (Counter | null)[], when?: (counter: Counter) => string): Sum[] {
  const byColumn = new Map(counters.flatMap((counter) => (counter ? [[column(counter), counter] as const] : [])));
  return [...byColumn].map(([as, counter]) => {
    const both = `(bits${counter.word} >> ${counter.bit}) & ${bothMask}`;
    return { sql: `cast(sum(${when ? `case when ${when(counter)} then ${both} else 0 end` : both}) as bigint)`, as };
  });
}
