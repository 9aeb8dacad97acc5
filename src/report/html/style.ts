/** The style sheet of the page: one file, no fonts to fetch, light and dark, screen and paper. */
import { modeStyles } from '../charts/theme.ts';

const armColors = (shade: 'light' | 'dark'): string =>
  Object.entries(modeStyles)
    .map(([mode, style]) => `--arm-${mode}:${style[shade]};`)
    .join('');

const light = `--page:#f6f7f9;--card:#ffffff;--ink:#16202c;--muted:#55637a;--faint:#8a96a8;--line:#dfe4ea;--grid:#e3e8ee;
--accent:#3b5bdb;--tint:#eef2ff;--bar:#e9eef5;--good:#1b7f4d;--bad:#c92a2a;--warn-ink:#7a4b00;--warn:#fff6e0;--warn-line:#f1d28a;${armColors('light')}`;
const dark = `--page:#0e1319;--card:#161d26;--ink:#e8edf3;--muted:#a3b0c2;--faint:#76849a;--line:#2a3441;--grid:#29333f;
--accent:#91a7ff;--tint:#1d2540;--bar:#222c39;--good:#51cf8a;--bad:#ff8787;--warn-ink:#ffd98a;--warn:#2e2612;--warn-line:#5d4a17;${armColors('dark')}`;

export const styleSheet = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
a{color:inherit}
h1,h2,h3,h4{line-height:1.2;margin:0;letter-spacing:-.012em;text-wrap:balance}
h1{font-size:2.15rem;letter-spacing:-.025em}
h2{font-size:1.55rem}
h3{font-size:1.12rem}
p{margin:.5rem 0;max-width:76ch}
.layout{display:grid;grid-template-columns:13.5rem minmax(0,1fr);gap:2.25rem;max-width:1240px;margin:0 auto;padding:0 1.5rem 4rem}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding:2.1rem 0 1rem;font-size:.86rem}
nav .brand{font-weight:700;font-size:.95rem;letter-spacing:-.01em;display:block;margin-bottom:1.1rem;text-decoration:none}
nav .brand span{color:var(--faint);font-weight:400}
nav ul{list-style:none;margin:0 0 1.1rem;padding:0;border-left:1px solid var(--line)}
nav li a{display:block;padding:.2rem .9rem;color:var(--muted);text-decoration:none;margin-left:-1px;border-left:1px solid transparent}
nav li a:hover,nav li a:focus-visible{color:var(--ink);border-left-color:var(--accent)}
nav .head{color:var(--faint);font-size:.72rem;text-transform:uppercase;letter-spacing:.07em;margin:0 0 .35rem;font-weight:600}
main{min-width:0;padding-top:2rem}
.masthead{margin-bottom:1.6rem}
.masthead .lead{color:var(--muted);font-size:1.02rem;margin:.55rem 0 0}
.chips{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;margin:1rem 0 0;padding:0;list-style:none;font-size:.84rem;color:var(--muted)}
.chips b{font-weight:600;color:var(--ink);margin-left:.35rem}
.warning{background:var(--warn);border:1px solid var(--warn-line);color:var(--warn-ink);border-radius:8px;padding:.65rem .95rem;margin:0 0 .8rem;font-weight:500;max-width:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.35rem 1.5rem;margin:0 0 1.25rem}
.kernel-name{font-size:.74rem;font-weight:650;letter-spacing:.06em;text-transform:uppercase;color:var(--accent);margin:0 0 .55rem}
.headlines{display:grid;grid-template-columns:repeat(auto-fit,minmax(26rem,1fr));gap:1.25rem}
.headlines .card{margin:0}
.headline{font-size:1.36rem;line-height:1.3;font-weight:650;letter-spacing:-.018em;margin:0;text-wrap:pretty}
.headline-detail{color:var(--muted);margin:.55rem 0 0;font-size:.9rem}
.findings{list-style:none;margin:1.1rem 0 0;padding:0}
.findings li{padding:.6rem 0 .55rem;border-top:1px solid var(--line);font-size:.9rem;line-height:1.45}
.findings li:last-child{padding-bottom:0}
.findings .topic{display:block;font-size:.7rem;font-weight:650;color:var(--faint);text-transform:uppercase;letter-spacing:.06em}
.findings p{margin:.1rem 0 0}
.callout{list-style:none;margin:0 0 1.25rem;padding:.2rem 0 .2rem 1.1rem;border-left:3px solid var(--accent)}
.callout li+li{margin-top:.7rem}
.callout p{margin:0;font-weight:600;max-width:86ch}
.callout .detail{font-weight:400;color:var(--muted);font-size:.88rem;margin-top:.1rem}
.undecided{display:inline-block;font-size:.72rem;font-weight:600;border:1px solid var(--warn-line);background:var(--warn);color:var(--warn-ink);border-radius:4px;padding:0 .35rem;margin-right:.4rem;vertical-align:.1em}
.kernel{margin-top:3rem}
.kernel>header{border-bottom:2px solid var(--ink);padding-bottom:.6rem;margin-bottom:1.4rem}
.kernel>header p{color:var(--muted);margin:.35rem 0 0}
section.topic-block{margin:0 0 2.2rem}
section.topic-block>h3{font-size:1.25rem;margin-bottom:.3rem}
section.topic-block>p{color:var(--muted);margin:.2rem 0 1rem}
figure{margin:0 0 1.25rem;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.15rem 1.25rem .9rem;break-inside:avoid}
figcaption h4{font-size:1.02rem}
figcaption p{font-size:.82rem;color:var(--muted);margin:.2rem 0 .55rem;max-width:none}
figure>svg{display:block;max-width:100%;height:auto;margin:0 auto}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.15rem;list-style:none;margin:.3rem 0 .6rem;padding:0;font-size:.84rem}
.legend li{display:flex;align-items:center;gap:.42rem}
.legend .note{color:var(--faint)}
.swatch{flex:none}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.table{background:var(--card);border:1px solid var(--line);border-radius:12px;margin:0 0 1.25rem;overflow:hidden}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.86rem}
caption{text-align:left;font-weight:650;font-size:1.02rem;padding:1rem 1.25rem .5rem;letter-spacing:-.01em}
th,td{padding:.34rem .6rem;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
th:first-child{padding-left:1.25rem}
tr>:last-child{padding-right:1.25rem}
thead th{font-weight:600;color:var(--muted);font-size:.8rem;vertical-align:bottom}
tbody th{font-weight:500;white-space:normal;min-width:9rem}
tbody:last-child tr:last-child>*{border-bottom:0}
td:not(.figure):not(.empty){white-space:normal;min-width:4rem}
tr.group th{font-size:.76rem;font-weight:650;text-transform:none;color:var(--muted);background:var(--page);padding-top:.42rem;padding-bottom:.42rem}
tbody tr:not(.group):hover>*{background-color:var(--tint)}
.dot{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;background:var(--arm);margin-right:.55rem;vertical-align:.02em}
td.figure{background:linear-gradient(var(--bar),var(--bar)) .4rem 50%/calc((100% - .8rem)*var(--part)) 76% no-repeat}
td.figure b{font-weight:600;display:inline-block;min-width:calc(var(--digits)*1ch);text-align:right}
td small{color:var(--muted);font-size:.78rem;margin-left:.45rem}
td .over{color:var(--faint)}
td.empty{color:var(--faint)}
.table .note{font-size:.8rem;color:var(--muted);padding:.6rem 1.25rem .8rem;margin:0;border-top:1px solid var(--line);max-width:none}
details{margin:0 0 1.25rem}
details>summary{cursor:pointer;color:var(--muted);font-size:.9rem;font-weight:500;padding:.55rem 1rem;border:1px solid var(--line);border-radius:8px;background:var(--card);list-style-position:inside}
details[open]>summary{margin-bottom:.8rem}
summary:hover{color:var(--ink)}
dl.facts{display:grid;grid-template-columns:minmax(9rem,max-content) minmax(0,1fr);gap:.25rem 1.4rem;margin:0;font-size:.88rem}
dl.facts dt{color:var(--muted)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--page);border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;overflow-x:auto;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:.6rem 0}
footer{color:var(--faint);font-size:.82rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media (max-width:1080px){
.layout{display:block;padding:0 1.25rem 3rem}
nav{position:sticky;top:0;z-index:2;background:var(--page);max-height:none;overflow-x:auto;padding:.7rem 0;margin:0 -1.25rem;border-bottom:1px solid var(--line);display:flex;gap:1.2rem;align-items:baseline;white-space:nowrap}
nav .brand{margin:0 0 0 1.25rem}
nav ul{display:flex;border:0;margin:0}
nav li a{padding:.1rem .55rem;border:0}
nav .head{margin:0}
html{scroll-padding-top:3.6rem}
th,td{padding:.3rem .5rem}
td small{margin-left:.35rem;font-size:.74rem}
}
@media (max-width:640px){.headlines{grid-template-columns:minmax(0,1fr)}h1{font-size:1.7rem}.headline{font-size:1.15rem}}
@media print{
:root{${light}--page:#fff}
html{font-size:10.5px}
body{font-size:1rem}
.layout{display:block;max-width:none;padding:0}
nav{display:none}
.card,figure,.table{border-color:#bbb;break-inside:avoid}
.table{break-inside:auto}
tr{break-inside:avoid}
details::details-content{content-visibility:visible;block-size:auto}
details>summary{display:none}
.scroll{overflow:visible}
.kernel{break-before:page}
}
`;
