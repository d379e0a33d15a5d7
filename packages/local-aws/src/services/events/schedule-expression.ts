/** The next time after a time, both in virtual epoch milliseconds; undefined when there is none any more. */
export type Schedule = (after: number) => number | undefined;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const UNITS_MS: Readonly<Record<string, number>> = { minute: MINUTE_MS, hour: 3_600_000, day: DAY_MS };

const RATE = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/;
const CRON = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/;

/** A cron expression that matches no day in so many days matches none. */
const HORIZON_DAYS = 366 * 8;

const wrong = (text: string, wanted: string): Error =>
  new Error(`schedule expression ${text}: want ${wanted}`);

/** UNCONFIRMED: when a rate first comes; AWS says that it counts from the rule's creation, so the first is one interval later. */
const rateOf = (text: string): Schedule | undefined => {
  const [, count, unit = '', plural] = RATE.exec(text) ?? [];
  if (count === undefined) return undefined;
  if ((count === '1') !== (plural === ''))
    throw wrong(text, count === '1' ? `${unit}, for the value is 1` : `${unit}s, for the value is not 1`);
  const interval = Number(count) * (UNITS_MS[unit] ?? 0);
  return (after) => after + interval;
};

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names in place of numbers, the first for `least`. */
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** SUN is 1. */
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly [Field, Field, Field, Field, Field, Field] = [
  { name: 'minutes', least: 0, most: 59 },
  { name: 'hours', least: 0, most: 23 },
  { name: 'day-of-month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: MONTHS },
  { name: 'day-of-week', least: 1, most: 7, names: DAYS },
  { name: 'year', least: 1970, most: 2199 },
];

/** The values of one field: `*`, numbers, names, ranges, steps and lists of them. `L`, `W` and `#` are not implemented. */
const valuesOf = (text: string, field: Field): ReadonlySet<number> => {
  const { name, least, most, names = [] } = field;
  const numberOf = (part: string): number => {
    const named = names.indexOf(part.toUpperCase());
    const value = named >= 0 ? named + least : /^\d+$/.test(part) ? Number(part) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw wrong(text, `${name} from ${least} to ${most} (L, W and # are not implemented here)`);
  };
  const rangeOf = (item: string): readonly number[] => {
    const [range = '', step] = item.split('/');
    const [from = '', to] = range.split('-');
    const first = range === '*' ? least : numberOf(from);
    const last = to !== undefined ? numberOf(to) : range === '*' || step !== undefined ? most : first;
    const by = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(by) || by < 1) throw wrong(text, `a step of ${name} that is a positive number`);
    const values: number[] = [];
    for (let value = first; value <= last; value += by) values.push(value);
    return values;
  };
  return new Set(text.split(',').flatMap(rangeOf));
};

const cronOf = (text: string): Schedule | undefined => {
  const [, ...parts] = CRON.exec(text) ?? [];
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = parts;
  if (dayOfMonth === undefined || month === undefined || dayOfWeek === undefined) return undefined;
  // One of the two day fields must be `?`.
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    throw wrong(text, '? in exactly one of day-of-month and day-of-week');
  const read = (part: string | undefined, field: Field): ReadonlySet<number> =>
    valuesOf(part === '?' ? '*' : (part ?? '*'), field);
  const [atMinutes, atHours] = [read(minutes, FIELDS[0]), read(hours, FIELDS[1])];
  const [onDays, inMonths] = [read(dayOfMonth, FIELDS[2]), read(month, FIELDS[3])];
  const [onWeekdays, inYears] = [read(dayOfWeek, FIELDS[4]), read(year, FIELDS[5])];
  const matches = (day: Date): boolean =>
    onDays.has(day.getUTCDate()) &&
    inMonths.has(day.getUTCMonth() + 1) &&
    onWeekdays.has(day.getUTCDay() + 1) &&
    inYears.has(day.getUTCFullYear());
  const times = [...atHours]
    .flatMap((hour) => [...atMinutes].map((minute) => (hour * 60 + minute) * MINUTE_MS))
    .toSorted((a, b) => a - b);
  return (after) => {
    const today = Math.floor(after / DAY_MS) * DAY_MS;
    for (let day = 0; day <= HORIZON_DAYS; day += 1) {
      const midnight = today + day * DAY_MS;
      if (!matches(new Date(midnight))) continue;
      const time = times.find((offset) => midnight + offset > after);
      if (time !== undefined) return midnight + time;
    }
    return undefined;
  };
};

/**
 * Compiles `rate(value unit)` or `cron(minutes hours day-of-month month day-of-week year)`, in UTC.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 *
 * @throws Error for anything else
 */
export const compileSchedule = (text: string): Schedule => {
  const schedule = rateOf(text) ?? cronOf(text);
  if (schedule === undefined) throw wrong(text, 'rate(value unit) or cron(six fields)');
  return schedule;
};
