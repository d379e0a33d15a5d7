/** The colours of one theme. Every text colour has 4.5:1 on both grounds, every mark 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). */
export interface Theme {
  readonly ground: string;
  readonly raised: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly good: string;
  readonly careful: string;
  readonly bad: string;
  readonly attack: string;
  readonly detection: string;
  readonly response: string;
  readonly people: string;
  readonly evidence: string;
  readonly analysis: string;
}

/** The page by day, and on paper. */
export const LIGHT: Theme = {
  ground: '#ffffff',
  raised: '#f4f6f8',
  text: '#17202a',
  muted: '#55606c',
  line: '#ccd3da',
  good: '#0b6b43',
  careful: '#8a4b00',
  bad: '#a8201a',
  attack: '#a8201a',
  detection: '#55606c',
  response: '#1457a8',
  people: '#75389b',
  evidence: '#0b6b43',
  analysis: '#8a4b00',
};

/** The page by night. */
export const DARK: Theme = {
  ground: '#12161b',
  raised: '#1c2229',
  text: '#e7ebef',
  muted: '#a6b0bb',
  line: '#3a444f',
  good: '#62d0a0',
  careful: '#f0b35e',
  bad: '#ff8f85',
  attack: '#ff8f85',
  detection: '#a6b0bb',
  response: '#7fb6ff',
  people: '#d3a4f2',
  evidence: '#62d0a0',
  analysis: '#f0b35e',
};

const variables = (theme: Theme): string =>
  Object.entries(theme)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

const LANES = ['attack', 'detection', 'response', 'people', 'evidence', 'analysis'] as const;

const RULES = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1.25rem clamp(.9rem,3vw,2rem) 4rem}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 .75rem;font-weight:600}
h2{font-size:1.25rem;line-height:1.3;margin:3rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3{font-size:1.02rem;line-height:1.35;margin:1.5rem 0 .35rem}
p,ul,dl{margin:.5rem 0}
p,li,dd,figcaption,caption{max-width:46rem}
ul{padding-left:1.2rem}
li{margin:.2rem 0}
a{color:var(--response)}
a:focus-visible{outline:3px solid var(--response);outline-offset:2px}
code{font:.86em/1.4 ui-monospace,"SFMono-Regular",Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
bdi{overflow-wrap:anywhere}
.muted,figcaption,caption{color:var(--muted)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.verdict{background:var(--raised);border:1px solid var(--line);border-left:.5rem solid var(--careful);border-radius:.4rem;padding:1rem 1.1rem}
.verdict.good{border-left-color:var(--good)}
.verdict.bad{border-left-color:var(--bad)}
.verdict .answer{font-size:1.55rem;line-height:1.25;font-weight:700;margin:0 0 .6rem;max-width:none}
.verdict.good .answer{color:var(--good)}
.verdict.bad .answer{color:var(--bad)}
.verdict.careful .answer{color:var(--careful)}
dl{display:grid;grid-template-columns:minmax(7rem,11rem) minmax(0,1fr);gap:.3rem 1rem}
dt{font-weight:600}
dd{margin:0;min-width:0}
dd ul{margin:0}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;margin:1rem 0 0}
table{border-collapse:collapse;width:100%;margin:.75rem 0 1.25rem;font-size:.94rem}
caption{text-align:left;padding:0 0 .4rem;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-bottom:1px solid var(--line);min-width:5.5rem}
thead th{font-size:.82rem;font-weight:600;color:var(--muted);vertical-align:bottom}
tbody th{font-weight:600}
tbody th .muted{font-weight:400}
th:last-child,td:last-child{padding-right:0}
.mark{font-weight:600;white-space:nowrap}
.mark.good{color:var(--good)}
.mark.careful{color:var(--careful)}
.mark.bad{color:var(--bad)}
figure{margin:1rem 0}
svg{display:block;overflow:visible}
.axis{stroke:var(--muted);stroke-width:1}
.grid{stroke:var(--line);stroke-width:1}
.part{fill:var(--muted);opacity:.75}
.tick{fill:var(--muted);font:12px system-ui,-apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif}
.tick.middle{text-anchor:middle}
.tick.end{text-anchor:end}
.dot{stroke:var(--ground);stroke-width:1.5}
${LANES.map((lane) => `.${lane} .dot,.${lane} .bar{fill:var(--${lane})}tbody.${lane} .lane th{color:var(--${lane})}`).join('\n')}
.bar{opacity:.55}
.silence{color:var(--muted);text-align:center;max-width:none;margin:1rem 0;border-top:1px dashed var(--line);border-bottom:1px dashed var(--line);padding:.25rem 0;font-size:.92rem}
.timeline{table-layout:fixed;margin:.25rem 0 .5rem}
.timeline th,.timeline td{border-bottom:0;padding-top:.1rem;padding-bottom:.1rem}
.timeline tbody th{font-weight:400}
.timeline .lane th{font-weight:600;font-size:.86rem;padding-top:.6rem}
.timeline th:nth-child(1){width:38%}
.timeline th:nth-child(2){width:20%}
.timeline td:nth-child(2){font-variant-numeric:tabular-nums;color:var(--muted)}
footer{margin-top:3rem;color:var(--muted);font-size:.92rem}
@media (max-width:46rem){
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:.5rem}
table:not(.timeline),table:not(.timeline) tbody,table:not(.timeline) tr,table:not(.timeline) td,table:not(.timeline) tbody th,table:not(.timeline) caption{display:block;width:100%}
table:not(.timeline) thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table:not(.timeline) tr{border-bottom:1px solid var(--line);padding:.5rem 0}
table:not(.timeline) th,table:not(.timeline) td{border:0;padding:.1rem 0}
td[data-label]::before{content:attr(data-label) ": ";color:var(--muted);font-weight:600}
.timeline,.timeline tbody,.timeline thead,.timeline caption{display:block}
.timeline tr{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 .75rem}
.timeline th.scale,.timeline td.scale{grid-column:1/-1;width:auto}
.timeline th:nth-child(1),.timeline th:nth-child(2){width:auto}
.timeline thead th:not(.scale){display:none}
}
@page{size:A4;margin:14mm 12mm}
@media print{
:root{${variables(LIGHT)}}
html{font-size:11.5px}
main{max-width:none;padding:0}
nav{display:none}
h2{break-after:avoid;margin-top:1.6rem}
h3,caption,.lane{break-after:avoid}
tr,.verdict,figure{break-inside:avoid}
thead{display:table-header-group}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}`;

/** The page's whole style. Colours by `prefers-color-scheme`; paper is always light. */
export const STYLE = `:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}${RULES}
`;
