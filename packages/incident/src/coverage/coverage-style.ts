/**
 * The page's style: by day and by night. What is protected is pale and what is not is dark and full, so that it stands out without colour as
 * well (WCAG 2.2, 1.4.1); what is partly so is hatched.
 */
export const COVERAGE_STYLE = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f4f6f8;--text:#17202a;--muted:#55606c;--line:#ccd3da;--good:#9bd3b8;--careful:#c77700;--bad:#a8201a;--focus:#1457a8}
@media (prefers-color-scheme:dark){:root{--ground:#12161b;--raised:#1c2229;--text:#e7ebef;--muted:#a6b0bb;--line:#3a444f;--good:#2b6a4e;--careful:#f0b35e;--bad:#ff8f85;--focus:#7fb6ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif}
main{max-width:96rem;margin:0 auto;padding:1rem clamp(.8rem,2vw,2rem) 6rem}
h1{font-size:1.35rem;margin:0 0 .5rem}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
h3{font-size:.92rem;margin:0 0 .35rem;overflow-wrap:anywhere}
.muted{color:var(--muted);font-weight:400}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static}
ul.legend,ul.cells{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap}
ul.legend{gap:.4rem 1.4rem;margin:.6rem 0 1rem}
ul.legend i{width:.9rem;height:.9rem;vertical-align:-.1rem;border:1px solid var(--line)}
i{display:inline-block;flex:1}
i.protected{background:var(--good)}
i.partly{background:repeating-linear-gradient(45deg,var(--careful) 0 2px,var(--ground) 2px 4px)}
i.not{background:var(--bad)}
i.out{background:none;border-style:dashed}
.unit{border:1px solid var(--line);border-radius:.35rem;background:var(--raised);padding:.5rem .6rem;margin:.5rem 0 0}
.unit .unit{background:var(--ground)}
.units{display:flex;flex-wrap:wrap;gap:.5rem}
.units>.unit{flex:1 1 20rem}
.units>.unit:has(.unit){flex-basis:100%}
.units>.unit{margin-top:0}
.units{margin-top:.5rem}
ul.cells{gap:3px}
.a{display:flex;width:18px;height:18px;border:1px solid var(--muted);border-radius:2px;position:relative;cursor:default}
.a.out{border-style:dashed;border-color:var(--line)}
.a:focus{outline:3px solid var(--focus);outline-offset:1px}
.a:hover::after,.a:focus::after{content:attr(aria-label);position:fixed;left:0;right:0;bottom:0;z-index:2;background:var(--raised);color:var(--text);border-top:3px solid var(--focus);padding:.6rem clamp(.8rem,2vw,2rem);font-size:.95rem;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.not-word{color:var(--bad);font-weight:700}
@media print{.a:hover::after,.a:focus::after{content:none}}
`;
