import { markup, outside, type Markup, type Piece } from './markup.ts';
import type { ReportDocument } from './report-document.ts';
import { LANES, timelineRows, type TimelineRow } from './timeline.ts';
import { panelsOf, placeOn, scaleOf, type Panel, type Scale } from './timeline-panels.ts';
import { lasting, moment, offset } from './time-words.ts';

/** Lines of one part; what is beyond is counted, and stands in the tables below. */
const MOST_ROWS = 40;

const percent = (value: number): string => `${value}%`;

/** The whole length to one scale, with where each part lies. Text alternative: the parts' headings below it. */
const overview = (panels: readonly Panel[], origin: number): Markup => {
  const whole = scaleOf({ from: panels[0]?.from ?? 0, until: panels.at(-1)?.until ?? 0 }, origin);
  const places = panels.map((panel) => ({
    from: placeOn(whole, panel.from),
    until: placeOn(whole, panel.until),
  }));
  return markup`<figure class="overview">
    <svg
      role="img"
      width="100%"
      height="46"
      aria-label="The whole incident to one scale, in ${panels.length} part(s); each part is drawn larger below"
    >
      <line class="axis" x1="0" x2="100%" y1="20" y2="20" />
      ${places.map(
        ({ from, until }, index) =>
          markup`<rect
              class="part"
              x="${percent(from)}"
              y="12"
              width="${percent(Math.max(0.4, until - from))}"
              height="16"
              rx="2"
            />
            <text
              class="${from > 92 ? 'tick end' : 'tick'}"
              x="${percent(from > 92 ? until : from)}"
              y="${index % 2 === 0 ? 9 : 42}"
              >${index + 1}</text
            > `,
      )}
    </svg>
    <figcaption>
      The whole incident to one scale: ${lasting(whole.until - whole.from)} from edge to edge. Each numbered
      mark is a part that is drawn larger below; a mark is at least 0.4 % wide, so that it can be seen.
    </figcaption>
  </figure> `;
};

const grid = (scale: Scale): Piece =>
  scale.lines.map((line) => {
    const at = percent(placeOn(scale, line));
    return markup`<line class="grid" x1="${at}" x2="${at}" y1="0" y2="100%" />`;
  });

/** A part of the row that this stretch shows: dots for its moments, a bar where it lasted. */
const track = (row: TimelineRow, shown: readonly number[], scale: Scale): Markup => {
  const [first = 0, last = first] = [row.at[0], row.at.at(-1)];
  const from = Math.max(0, placeOn(scale, first));
  const until = Math.min(100, placeOn(scale, last));
  return markup`<svg class="${row.lane}" width="100%" height="20" aria-hidden="true">
    ${grid(scale)}
    ${row.lasted ? markup`<rect class="bar" x="${percent(from)}" y="7" width="${percent(until - from)}" height="6" rx="3" />` : undefined}
    ${shown.map((at) => markup`<circle class="dot" cx="${percent(placeOn(scale, at))}" cy="10" r="5" />`)}
  </svg>`;
};

const whenOf = (row: TimelineRow, shown: readonly number[], origin: number): string => {
  const [first = 0, last = first] = [shown[0], shown.at(-1)];
  if (row.lasted) return `took ${lasting((row.at[1] ?? 0) - (row.at[0] ?? 0))}`;
  if (first === last)
    return shown.length === 1 ? offset(first - origin) : `${offset(first - origin)}, ${shown.length} times`;
  return `${offset(first - origin)} to ${offset(last - origin)}, ${shown.length} times`;
};

/** The rows that a part of the time shows, each with its moments in it; none of what goes on through the whole part. */
export const rowsIn = (rows: readonly TimelineRow[], { from, until }: Panel) =>
  rows.flatMap((row) => {
    const shown = row.at.filter((at) => at >= from && at <= until);
    const [begins = 0, ends = begins] = [row.at[0], row.at.at(-1)];
    // What lasted on both sides of a part went on in it.
    const goesOn = row.lasted && begins < from && ends > until;
    return shown.length === 0 && !goesOn ? [] : [{ row, shown }];
  });

/** Labels stand at least so many percent apart, by their longest; between them is a line without one. */
const roomFor = (labels: readonly string[]): number =>
  2 + 2.4 * Math.max(...labels.map(({ length }) => length));

const axis = (scale: Scale, origin: number): Markup => {
  const labels = scale.lines.map((line) => offset(line - origin));
  const room = roomFor(labels);
  let last = Number.NEGATIVE_INFINITY;
  const shown = scale.lines.map((line, index) => {
    const at = placeOn(scale, line);
    if (at - last < room) return undefined;
    last = at;
    const anchor = at < room / 2 ? 'start' : at > 100 - room / 2 ? 'end' : 'middle';
    return markup`<text class="tick ${anchor}" x="${percent(at)}" y="13">${labels[index]}</text>`;
  });
  return markup`<svg class="ticks" width="100%" height="18" aria-hidden="true">${shown}</svg>`;
};

interface Drawing {
  readonly rows: readonly TimelineRow[];
  readonly origin: number;
  readonly count: number;
}

const part = (panel: Panel, index: number, { rows, origin, count }: Drawing): Markup => {
  const scale = scaleOf(panel, origin);
  const inside = rowsIn(rows, panel);
  const shown = inside.slice(0, MOST_ROWS);
  const length = panel.until - panel.from;
  return markup`<section class="part-of-time">
    <h3>
      Part ${index + 1} of ${count}:
      ${moment(new Date(panel.from).toISOString())}${length === 0 ? ', one moment' : `, ${lasting(length)}`}
    </h3>
    <table class="timeline">
      <caption>
        Scale of this part: from edge to edge ${lasting(scale.until - scale.from)}; from line to line
        ${lasting(scale.step)}. Times count from the arrival of the finding.
      </caption>
      <thead>
        <tr>
          <th scope="col">what</th>
          <th scope="col">when</th>
          <th scope="col" class="scale">
            <span class="unseen">where on the scale</span>${axis(scale, origin)}
          </th>
        </tr>
      </thead>
      ${LANES.map(([lane, title]) => {
        const own = shown.filter(({ row }) => row.lane === lane);
        return own.length === 0
          ? undefined
          : markup`<tbody class="${lane}">
              <tr class="lane">
                <th scope="rowgroup" colspan="3">${title}</th>
              </tr>
              ${own.map(
                ({ row, shown: at }) =>
                  markup`<tr>
                    <th scope="row">${outside(row.what, 160)}</th>
                    <td>${whenOf(row, at, origin)}</td>
                    <td class="scale">${track(row, at, scale)}</td>
                  </tr> `,
              )}
            </tbody> `;
      })}
    </table>
    ${inside.length > shown.length ? markup`<p class="muted">and ${inside.length - shown.length} more in this part; they are in the tables below.</p>` : undefined}
  </section> `;
};

/** The timeline: the whole to one scale, then each stretch in which something happened, to a scale of its own that is stated. */
export const timelineFigure = (report: ReportDocument): Markup => {
  const rows = timelineRows(report);
  const panels = panelsOf(rows.flatMap(({ at }) => at));
  const origin = Date.parse(report.told.incident.arrivedAt);
  const drawing: Drawing = { rows, origin, count: panels.length };
  return markup`<p>
      Everything is drawn to scale. Seconds beside hours cannot be read on one scale, so it is cut into
      ${panels.length} part(s), each with its own, which is stated.
    </p>
    ${overview(panels, origin)}${panels.map((panel, index) => {
      const before = panels[index - 1];
      return markup`${before === undefined ? undefined : markup`<p class="silence">${lasting(panel.from - before.until)} in which nothing is recorded</p>`}
      ${part(panel, index, drawing)}`;
    })}`;
};
