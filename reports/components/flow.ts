// Of 100 referrals, how many reach each step, and where the others leave: steps that narrow, readable as a list.
import { html } from "htl";
import { empty, numbers } from "./figure.ts";
import { count as whole } from "./format.ts";

export interface FlowStep {
  readonly label: string;
  /** How many reach this step. */
  readonly count: number;
  /** How those who do not reach the next step left, largest first. */
  readonly leave: readonly { readonly label: string; readonly count: number }[];
  /** Median days held at this step. */
  readonly days?: number | null;
  /** The same in words, where it is not the days until the next step. */
  readonly held?: string;
}

export interface FlowOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly steps: readonly FlowStep[];
  /** False where the counts are already out of 100, because the exact ones are not published. */
  readonly exact?: boolean;
  readonly empty?: string;
}

interface Row {
  readonly step: string;
  readonly what: string;
  readonly count: number;
}

let flows = 0;

export function flow({ title, subtitle, steps, exact = true, empty: missing }: FlowOptions): HTMLElement {
  const id = `flow-${++flows}`;
  const first = steps[0]?.count ?? 0;
  const of100 = (count: number) => (first ? Math.round((100 * count) / first) : 0);
  const rows: Row[] = steps.flatMap((step) => [
    { step: step.label, what: "reach this step", count: step.count },
    ...step.leave.map((leave) => ({ step: step.label, what: leave.label, count: leave.count })),
  ]);
  return html`<figure class="figure" aria-labelledby=${id}>
    <figcaption><h3 id=${id}>${title}</h3>${subtitle ? html`<p class="subtitle">${subtitle}</p>` : null}</figcaption>
    ${
      first
        ? [
            html`<ol class="flow">${steps.map((step) => {
              const bar = html`<span class="bar" aria-hidden="true"></span>`;
              bar.style.width = `${(100 * step.count) / first}%`;
              return html`<li>
                <p class="reach"><strong>${of100(step.count)}</strong> <span>${step.label}</span>${step.held ? html` <span class="held">${step.held}</span>` : step.days == null ? null : html` <span class="held">typically ${whole(step.days)} days</span>`}</p>
                ${bar}
                ${step.leave.length ? html`<p class="leave">${step.leave.map((leave) => html`<span>${of100(leave.count)} ${leave.label}</span>`)}</p>` : null}
              </li>`;
            })}</ol>`,
            numbers({
              caption: title,
              rows,
              columns: [
                { label: "Step", value: (row) => row.step },
                { label: "What happened", value: (row) => row.what },
                ...(exact
                  ? [
                      {
                        label: "Referrals",
                        number: true,
                        value: (row: Row) => row.count,
                        show: (row: Row) => whole(row.count),
                      },
                    ]
                  : []),
                { label: "Of 100", number: true, value: (row) => of100(row.count) },
              ],
            }),
          ]
        : empty(missing ?? "Nothing to show for these filters.")
    }
  </figure>`;
}
