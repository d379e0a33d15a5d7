import { type Instant, instant } from '../ids.ts';

const YEAR_2000_SECONDS = 946_684_800;
const YEAR_2100_SECONDS = 4_102_444_800;
const WRITTEN = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))? ?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * A moment in any of the forms in which findings have been seen to carry it: ISO 8601 with `Z` or an offset, a space in
 * place of `T`, nine digits of fraction, no zone (read as UTC), epoch milliseconds, epoch seconds with a fraction, and both
 * as text (`1.639010703E9`). Gives `undefined` for anything else; never throws. See aws-facts 1.3.
 */
export function looseInstant(value: unknown): Instant | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > 60) return undefined;
  const text = value.trim();
  const written = WRITTEN.exec(text);
  if (written === null) return /^\d+(\.\d+)?(E\d+)?$/i.test(text) ? fromEpoch(Number(text)) : undefined;
  const [, day, time, fraction = '0', zone = 'Z'] = written;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return fromMilliseconds(Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`));
}

function fromEpoch(amount: number): Instant | undefined {
  // Seconds and milliseconds cannot be confused between the years 2000 and 2100.
  if (amount >= YEAR_2000_SECONDS && amount <= YEAR_2100_SECONDS) return fromMilliseconds(amount * 1000);
  if (amount >= YEAR_2000_SECONDS * 1000 && amount <= YEAR_2100_SECONDS * 1000)
    return fromMilliseconds(amount);
  return undefined;
}

function fromMilliseconds(milliseconds: number): Instant | undefined {
  const moment = new Date(milliseconds);
  return Number.isNaN(moment.getTime()) ? undefined : instant.safeParse(moment.toISOString()).data;
}
