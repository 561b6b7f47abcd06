// A small clinic's way of writing, for examples of the lifecycle: its words, its weekly lists, and what the models make of them.
import { type Given, type Harness, openHarness } from "../pipeline/sql/harness.ts";

/** What the clinic's words mean. `worklist` is its list of referrals; other feeds of the same system have words of their own. */
const words = `
  source       | entity         | field                | raw                   | when_field   | when_raw            | axis          | value                 | place
  worklist     | referral       | status               | new                   |              |                     | request       | new                   | w:1
  worklist     | referral       | status               | in review             |              |                     | request       | in_review             | w:2
  worklist     | referral       | status               | info needed           |              |                     | request       | awaiting_information  | w:3
  worklist     | referral       | status               | accepted              |              |                     | request       | accepted              | w:4
  worklist     | referral       | status               | returned              |              |                     | request       | returned              | w:5
  worklist     | referral       | status               | redirected            |              |                     | request       | redirected            | w:6
  worklist     | referral       | status               | canceled              |              |                     | request       | cancelled             | w:7
  worklist     | referral       | status               | insurance denied      |              |                     | request       | cancelled             | w:17
  worklist     | referral       | status               | insurance denied      |              |                     | authorization | denied                | w:18
  worklist     | referral       | status               | canceled              | close_reason | not covered         | request       | cancelled             | w:70
  worklist     | referral       | close_reason         | not covered           |              |                     | authorization | denied                | w:71
  worklist     | referral       | status               | patient declined      |              |                     | request       | declined_by_patient   | w:8
  worklist     | referral       | status               | unable to reach       |              |                     | request       | unreachable           | w:9
  worklist     | referral       | status               | entered in error      |              |                     | request       | entered_in_error      | w:10
  worklist     | referral       | status               | closed                |              |                     | request       | closed_unknown        | w:11
  worklist     | referral       | status               | closed                | close_reason | expired-auto closed | request       | expired               | w:12
  worklist     | referral       | close_reason         | expired-auto closed   |              |                     | request       | expired               | w:13
  worklist     | referral       | close_reason         | all visits completed  |              |                     | request       | closed_unknown        | w:14
  worklist     | referral       | close_reason         | duplicate             |              |                     | reason        | duplicate             | w:15
  worklist     | referral       | pend_reason          | waiting for records   |              |                     | request       | awaiting_information  | w:16
  worklist     | referral       | authorization_status | not needed            |              |                     | authorization | not_required          | w:20
  worklist     | referral       | authorization_status | required              |              |                     | authorization | required              | w:21
  worklist     | referral       | authorization_status | submitted             |              |                     | authorization | submitted             | w:22
  worklist     | referral       | authorization_status | approved              |              |                     | authorization | approved              | w:23
  worklist     | referral       | authorization_status | denied                |              |                     | authorization | denied                | w:24
  worklist     | referral       | authorization_status | appealed              |              |                     | authorization | appealed              | w:25
  worklist     | referral       | scheduling_status    | ready                 |              |                     | scheduling    | ready                 | w:30
  worklist     | referral       | scheduling_status    | called                |              |                     | scheduling    | contacting            | w:31
  worklist     | referral       | scheduling_status    | wait list             |              |                     | scheduling    | waitlisted            | w:32
  worklist     | referral       | scheduling_status    | booked                |              |                     | scheduling    | scheduled             | w:33
  worklist     | referral       | appointment_status   | booked                |              |                     | visit         | scheduled             | w:40
  worklist     | referral       | appointment_status   | seen                  |              |                     | visit         | completed             | w:41
  worklist     | referral       | appointment_status   | no show               |              |                     | visit         | no_show               | w:42
  worklist     | referral       | appointment_status   | canceled by patient   |              |                     | visit         | cancelled_by_patient  | w:43
  worklist     | referral       | appointment_status   | canceled by clinic    |              |                     | visit         | cancelled_by_provider | w:44
  worklist     | referral       | appointment_status   | econsult done         |              |                     | visit         | econsult_completed    | w:45
  worklist     | referral       | information_status   | draft note            |              |                     | information   | interim               | w:50
  worklist     | referral       | information_status   | note in               |              |                     | information   | received              | w:51
  worklist     | referral       | information_status   | note read             |              |                     | information   | acknowledged          | w:52
  worklist     | referral       | type                 | visit                 |              |                     | type          | specialist_visit      | w:60
  worklist     | referral       | type                 | home health           |              |                     | type          | not_a_referral        | w:61
  worklist     | referral       | priority             | urgent                |              |                     | priority      | urgent                | w:62
  registry     | referral       | status               | open                  |              |                     | request       | accepted              | r:1
  registry     | referral       | status               | done                  |              |                     | request       | closed_unknown        | r:2
  other        | referral       | status               | open                  |              |                     | request       | new                   | o:1
  schedule     | appointment    | status               | scheduled             |              |                     | visit         | scheduled             | s:1
  schedule     | appointment    | status               | completed             |              |                     | visit         | completed             | s:2
  schedule     | appointment    | status               | no show               |              |                     | visit         | no_show               | s:3
  schedule     | appointment    | status               | canceled              |              |                     | visit         | cancelled_by_provider | s:4
  schedule     | appointment    | status               | canceled              | status_by    | patient             | visit         | cancelled_by_patient  | s:5
  schedule     | appointment    | status               | left without seen     |              |                     | visit         | left_without_seen     | s:6
  schedule     | appointment    | status               | arrived               |              |                     | visit         | arrived               | s:7
  audit        | referral_event | status               | open                  |              |                     | request       | new                   | a:1
  audit        | referral_event | status               | pending review        |              |                     | request       | in_review             | a:2
  audit        | referral_event | status               | authorized            |              |                     | request       | accepted              | a:3
  audit        | referral_event | status               | closed                |              |                     | request       | closed_unknown        | a:4
  audit        | referral_event | status               | closed                | close_reason | expired-auto closed | request       | expired               | a:5
  audit        | referral_event | status               | reopened              |              |                     | request       | accepted              | a:6
  audit        | referral_event | close_reason         | expired-auto closed   |              |                     |               |                       | a:7
  notes        | document       | type                 | consult note          |              |                     | document      | consult_note          | n:1
  notes        | document       | type                 | result                |              |                     | document      | result                | n:2
  notes        | document       | type                 | draft                 |              |                     | document      | interim               | n:3
  notes        | document       | type                 | records               |              |                     | document      | records               | n:4
  notes        | document       | status               | final                 |              |                     | information   | received              | n:5
  notes        | document       | status               | preliminary           |              |                     | information   | interim               | n:6
  notes        | document       | status               | in error              |              |                     | document      | entered_in_error      | n:7
  calls        | contact        | outcome              | reached               |              |                     | outcome       | reached               | c:1
  calls        | contact        | outcome              | left message          |              |                     | outcome       | left_message          | c:2
  calls        | contact        | channel              | phone                 |              |                     | channel       | telephone             | c:3
  calls        | contact        | purpose              | referrer              |              |                     | purpose       | notify_referrer       | c:4
  payers       | authorization  | status               | submitted             |              |                     | authorization | submitted             | p:1
  payers       | authorization  | status               | approved              |              |                     | authorization | approved              | p:2
  payers       | authorization  | status               | denied                |              |                     | authorization | denied                | p:3
  payers       | authorization  | status               | appealed              |              |                     | authorization | appealed              | p:4
  encounters   | visit          | status               | finished              |              |                     | claim         | finished              | e:1`;

const seeds: Given = {
  "seeds.status_map": words,
  "seeds.run": `
    as_of            | as_of_date | episode_days
    2026-06-01 23:59 | 2026-06-01 | 90`,
  "seeds.system_user": `
    source   | name
    worklist | nightjob
    audit    | nightjob
    calls    | robot`,
  "seeds.specialty": `
    raw         | specialty
    cardiology  | cardiology
    cards       | cardiology
    dermatology | dermatology`,
};

export interface Delivery {
  /** Day of the file; it was written at the end of that day. */
  readonly day: string;
  /** worklist unless told. */
  readonly source?: string;
  readonly system?: string;
  readonly scope?: string;
  /** snapshot for the worklist, changes for other sources unless told. */
  readonly rows?: "snapshot" | "changes";
  readonly standing?: "effective" | "superseded" | "held";
}

function delivered(text: string): Delivery {
  const [day, source] = text.split(" ").reverse();
  return { day: day!, ...(source && { source }) };
}

/** `seeds.file` of these files, numbered from 1 as they are listed, whatever their days: "2026-06-01", "schedule 2026-06-01". */
export function files(...deliveries: readonly (string | Delivery)[]): string {
  const list = deliveries.map((one, n) => {
    const file = typeof one === "string" ? delivered(one) : one;
    const source = file.source ?? "worklist";
    const rows = file.rows ?? (source === "worklist" ? "snapshot" : "changes");
    return { file_id: n + 1, system: "clinic", scope: "referrals", standing: "effective", ...file, source, rows };
  });
  const canonical = [...list].sort((a, b) =>
    `${a.day} ${a.source} ${a.scope}` < `${b.day} ${b.source} ${b.scope}` ? -1 : 1,
  );
  const lines = list.map((f) => {
    const same = list.filter(
      (o) => o.rows === "snapshot" && o.source === f.source && o.scope === f.scope && o.standing === "effective",
    );
    const next =
      f.rows === "snapshot"
        ? same
            .map((o) => o.day)
            .filter((day) => day > f.day)
            .sort()[0]
        : undefined;
    const end = (day: string | undefined) => (day === undefined ? "" : `${day} 23:59`);
    return [
      f.file_id,
      f.source,
      f.system,
      f.scope,
      f.rows,
      end(f.day),
      end(next),
      f.standing,
      canonical.indexOf(f) + 1,
    ].join(" | ");
  });
  return ["file_id | source | system | scope | rows | as_of | next_as_of | standing | sequence", ...lines].join("\n");
}

let shared: Promise<Harness> | undefined;

/** What the models make of raw rows, in the clinic's words. The run is as of the end of 1 June 2026. */
export async function tell(given: Given, expected: Given): Promise<void> {
  shared ??= openHarness({ given: seeds });
  return (await shared).expectModels({ given, expect: expected });
}

/** Every row of a model for raw rows, as text. */
export async function rowsOf(model: string, given: Given): Promise<Record<string, string | null>[]> {
  shared ??= openHarness({ given: seeds });
  return (await shared).rowsOf(model, given);
}
