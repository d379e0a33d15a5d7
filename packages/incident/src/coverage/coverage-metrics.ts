import { metricLine } from '../metrics.ts';
import type { CoverageRow } from './coverage-row.ts';

/**
 * The lines of a log from which CloudWatch takes how many places stand how, and how many are late.
 *
 * @param at epoch milliseconds
 */
export const coverageLines = (rows: readonly CoverageRow[], late: number, at: number): readonly object[] => [
  ...(['protected', 'partly', 'not'] as const).map((of) =>
    metricLine({ name: 'Coverage', of, value: rows.filter(({ verdict }) => verdict === of).length }, at),
  ),
  metricLine({ name: 'Coverage', of: 'late', value: late }, at),
];
