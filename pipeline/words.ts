// Words: values as people say them on the site and on worklists: the warehouse's own words are left alone, its identifiers are spelled out.

/** Times of day are 12-hour ones. */
const hours: Readonly<Record<string, string>> = {
  "before 9": "Before 9 AM",
  "9 to 12": "9 AM to noon",
  "12 to 15": "Noon to 3 PM",
  "15 to 18": "3 to 6 PM",
  "after 18": "After 6 PM",
};

/** Identifiers whose words alone would not be how people say them. */
const special: Readonly<Record<string, string>> = {
  allergy_immunology: "Allergy and immunology",
  econsult: "eConsult",
  hematology_oncology: "Hematology and oncology",
  obstetrics_gynecology: "Obstetrics and gynecology",
};

/** "behavioral_health" is "Behavioral health"; "North Clinic" stays as it is. */
export function spoken(value: string): string {
  const known = special[value] ?? hours[value];
  if (known) return known;
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(value)) return value;
  const words = value.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
