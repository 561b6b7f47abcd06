// Values as people say them: the warehouse's own words are left alone, its identifiers are spelled out.

/** "behavioral_health" is "Behavioral health"; "North Clinic" stays as it is. */
export function spoken(value: string): string {
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(value)) return value;
  const words = value.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
