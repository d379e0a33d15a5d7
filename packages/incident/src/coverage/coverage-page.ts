import { markup, type Markup } from '../report/markup.ts';
import { coverageMap, type MapAccount, type MapInput, type MapUnit } from './coverage-map.ts';
import { COVERAGE_STYLE } from './coverage-style.ts';
import type { CoverageRow } from './coverage-row.ts';
import { whyOpen } from './judge-place.ts';

/** Rows that the list below the map holds; a page of more is not read, and the command prints all. */
const MOST_LISTED = 500;
/** Reasons that a cell tells of one Region. */
const MOST_TOLD = 2;

const WORDS = { protected: 'protected', partly: 'partly protected', not: 'NOT protected' } as const;

const saysOf = (region: string, row: CoverageRow | undefined): string => {
  if (row === undefined) return `${region}: nothing is known`;
  const why = whyOpen(row).slice(0, MOST_TOLD);
  return `${region}: ${WORDS[row.verdict]}${why.length === 0 ? '' : ` (${why.join('; ')})`}`;
};

const labelOf = ({ id, name, leftOut, places }: MapAccount, regions: readonly string[]): string =>
  [
    `${name} ${id}`,
    ...(leftOut === undefined
      ? regions.map((region, index) => saysOf(region, places[index]))
      : [`not tried: ${leftOut}`]),
  ].join('; ');

const stripeOf = (row: CoverageRow | undefined): Markup => markup`<i class="${row?.verdict ?? 'not'}"></i>`;

const cellOf = (account: MapAccount, regions: readonly string[]): Markup =>
  markup`<li tabindex="0" class="${account.leftOut === undefined ? 'a' : 'a out'}" aria-label="${labelOf(account, regions)}">${account.places.map(stripeOf)}</li>`;

const countOf = (unit: MapUnit): { readonly accounts: number; readonly open: number } => {
  const inside = unit.units.map(countOf);
  const open = unit.accounts.filter(
    ({ places, leftOut }) => leftOut === undefined && places.some((row) => row?.verdict !== 'protected'),
  ).length;
  return {
    accounts: unit.accounts.length + inside.reduce((sum, { accounts }) => sum + accounts, 0),
    open: open + inside.reduce((sum, one) => sum + one.open, 0),
  };
};

const unitOf = (unit: MapUnit, regions: readonly string[]): Markup => {
  const { accounts, open } = countOf(unit);
  return markup`<section class="unit"><h3>${unit.name} <span class="muted">${accounts} account(s)${open === 0 ? '' : `, ${open} not protected`}</span></h3>${
    unit.accounts.length === 0
      ? undefined
      : markup`<ul class="cells">${unit.accounts.map((account) => cellOf(account, regions))}</ul>`
  }${unit.units.length === 0 ? undefined : markup`<div class="units">${unit.units.map((inner) => unitOf(inner, regions))}</div>`}</section>`;
};

const listOf = (input: MapInput): Markup => {
  const open = input.rows.filter(({ verdict }) => verdict !== 'protected');
  if (open.length === 0) return markup`<p>Every place that was tried is protected.</p>`;
  const names = new Map(input.accounts.map(({ id, name }) => [id, name]));
  return markup`<table><thead><tr><th scope="col">Account</th><th scope="col">Region</th><th scope="col">Stands</th><th scope="col">Why</th></tr></thead><tbody>${open
    .slice(0, MOST_LISTED)
    .map(
      (row) =>
        markup`<tr><th scope="row">${names.get(row.account) ?? ''} ${row.account}</th><td>${row.region}</td><td class="${row.verdict}-word">${WORDS[row.verdict]}</td><td>${whyOpen(row).join('; ')}</td></tr>`,
    )}</tbody></table>${open.length > MOST_LISTED ? markup`<p>and ${open.length - MOST_LISTED} more: cordon coverage --not-protected</p>` : undefined}`;
};

/**
 * The organization as one page that needs nothing else: units as blocks, accounts as cells, Regions as stripes of them, and below it a list of
 * what is not protected and why. Names are their owners' text, and stand escaped. A cell says all in words, by pointer and by keyboard.
 *
 * @param at when the table was read, ISO 8601
 */
export const coveragePage = (input: MapInput, at: string): string => {
  const { regions, rows } = input;
  const count = (verdict: CoverageRow['verdict']): number =>
    rows.filter((row) => row.verdict === verdict).length;
  const legend = (['protected', 'partly', 'not'] as const).map(
    (verdict) => markup`<li><i class="${verdict}"></i> ${count(verdict)} ${WORDS[verdict]}</li>`,
  );
  const page =
    markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Cordon: coverage</title><style>`
      .html;
  const body = markup`<main><a class="skip" href="#open">to what is not protected</a><h1>Where a response would work</h1><p>${input.accounts.length} accounts in ${regions.length} Regions, read at ${at}. A stripe is a Region: ${regions.join(', ')}, in this order.</p><ul class="legend">${legend}<li><i class="out"></i> ${input.leftOut.length} account(s) not tried</li></ul><div class="map">${coverageMap(input).map((unit) => unitOf(unit, regions))}</div><h2 id="open">Not protected</h2>${listOf(input)}<h2>Not tried</h2><ul>${input.leftOut.map(({ account, because }) => markup`<li>${account}: ${because}</li>`)}</ul></main></body></html>`;
  return `${page}${COVERAGE_STYLE}</style></head><body>${body.html}\n`;
};
