/** A moment for people: `2026-11-21 03:00:04 UTC`; anything that is no moment stays as it is. */
export const moment = (iso: string): string => {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})/.exec(iso) ?? [];
  return day === undefined || time === undefined ? iso : `${day} ${time} UTC`;
};

/** The day of a moment. */
export const day = (iso: string): string => /^\d{4}-\d{2}-\d{2}/.exec(iso)?.[0] ?? iso;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time: `4.6 s`, `1 min 5 s`, `1 h 0 min 45 s`, `2 d 3 h`; from a day on without seconds. Takes milliseconds. */
export const lasting = (ms: number): string => {
  const length = Math.abs(ms);
  if (length < 59_950) return `${Math.round(length / 100) / 10} s`;
  const smallest = length < 86_400_000 ? 1_000 : 60_000;
  let left = Math.round(length / smallest) * smallest;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 || (parts.length > 0 && left > 0)) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
};

/** How long after something, with its sign: `+4.6 s`, `−9 min 3 s`, `0 s`. */
export const offset = (ms: number): string =>
  lasting(ms) === '0 s' ? '0 s' : `${ms < 0 ? '−' : '+'}${lasting(ms)}`;
