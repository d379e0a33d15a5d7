const W3C_DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/;
const EPOCH_SECONDS = /^\d{5,}(?:\.\d+)?$/;

/**
 * Reads a date as the Date operators do: a W3C form of ISO 8601, or seconds since 1970. Gives milliseconds since 1970, or
 * undefined when the text is neither. A time needs its offset (`Z` or `+01:00`): local time would move the comparison.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
 */
export function parseDate(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) return Number(text) * 1000;
  const found = W3C_DATE.exec(text);
  if (found === null) return undefined;
  const [
    ,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '0',
    zone = 'Z',
  ] = found;
  const instant = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const milliseconds = Math.trunc(Number(`0.${fraction}`) * 1000);
  // Date.UTC carries 31 February into March; such a date is no date.
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (!new Date(instant).toISOString().startsWith(written)) return undefined;
  return instant + milliseconds - offsetMinutes(zone) * 60_000;
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
}
