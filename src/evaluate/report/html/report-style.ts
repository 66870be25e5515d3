import { ecgStyle, sansFonts } from "../../ecg/ecg-style.ts";

const light =
  "--page:#fbfbfa;--card:#fff;--text:#1b1f24;--quiet:#5c646d;--line:#e2e4e6;--head:#f4f5f6;--accent:#1f5fbf;" +
  "--hit:#155a9c;--miss:#b83a22;--bar:#d8e6f6;--missbar:#f6d9d2;--good:#17703c;--goodback:#e3f3e8;" +
  "--warn:#7a4b00;--warnback:#fdf1da;--warnline:#e8c06d;--bad:#a8231a;--badback:#fbe6e3;--train:#98a1ab";
const dark =
  "--page:#0f1215;--card:#161a1e;--text:#e6e9eb;--quiet:#9aa5ae;--line:#2a3137;--head:#1c2126;--accent:#7db4ff;" +
  "--hit:#2b74bd;--miss:#b9513b;--bar:#1d3550;--missbar:#4a2620;--good:#7fd6a1;--goodback:#15301f;" +
  "--warn:#f3c871;--warnback:#2e2410;--warnline:#6d5320;--bad:#ff9c8f;--badback:#3a1a16;--train:#6f7a84";

/** The page's style sheet: light, dark where the reader prefers it, and light again on paper. */
export const reportStyle = `
:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 ${sansFonts};font-variant-numeric:tabular-nums}
main,header.top,footer{max-width:1080px;margin:0 auto;padding:0 1.5rem}
header.top{padding-top:2.75rem}
h1{font-size:clamp(1.5rem,1.15rem + 1.6vw,2.15rem);line-height:1.2;letter-spacing:-.015em;margin:.25rem 0 .5rem;text-wrap:balance}
h2{font-size:1.3rem;letter-spacing:-.01em;margin:3rem 0 .9rem;padding-top:1.1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.75rem 0 .5rem}
p{margin:.5rem 0;max-width:74ch}
a{color:var(--accent)}
.over{color:var(--quiet);font-size:.85rem;margin:0}
.quiet,.note{color:var(--quiet)}
.note{font-size:.86rem;margin:.6rem 0 0;max-width:112ch}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:1.1rem 0 0;padding:0;font-size:.9rem}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
.banner{border:1px solid var(--warnline);background:var(--warnback);color:var(--warn);border-radius:8px;padding:.7rem 1rem;margin:1.1rem 0 0;font-size:.93rem;max-width:none}
.banner p{margin:.15rem 0;max-width:90ch}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:1rem;margin:1.5rem 0 0;padding:0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.15rem}
.tile dt{color:var(--quiet);font-size:.87rem}
.tile dd{margin:0}
.tile .value{font-size:2rem;font-weight:600;letter-spacing:-.02em;line-height:1.25}
.tile .value small{font-size:.5em;font-weight:500;color:var(--quiet);letter-spacing:0;white-space:nowrap}
.tile .more{font-size:.84rem;color:var(--quiet)}
.scroll{overflow-x:auto;border-radius:8px}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;width:100%;background:var(--card);border:1px solid var(--line)}
caption{text-align:left;font-weight:600;padding:0 0 .45rem;caption-side:top}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:.4rem .7rem;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
tbody tr:last-child>*{border-bottom:0}
thead th,thead td{background:var(--head);font-weight:600;font-size:.83rem;color:var(--quiet);vertical-align:bottom}
tbody th{font-weight:600}
.right{text-align:right}
td.bar{background:linear-gradient(to right,var(--bar) var(--share),transparent var(--share)) no-repeat .7rem calc(100% - 3px)/calc(100% - 1.4rem) 3px}
td.bar.miss{background-image:linear-gradient(to right,var(--missbar) var(--share),transparent var(--share))}
.records{font-size:.86rem}
.records th,.records td{padding-left:.5rem;padding-right:.5rem}
td.undefined{color:var(--quiet)}
.group{border-left:1px solid var(--line)}
th.group[colspan]{text-align:center;color:var(--text)}
td.wrap{white-space:normal;min-width:16ch}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(340px,100%),1fr));gap:1.5rem;align-items:start}
.confusion th,.confusion td{text-align:center;padding:.6rem .5rem;border:1px solid var(--line)}
.confusion tbody th,.confusion thead th{color:var(--text);background:var(--head)}
.confusion .axis{font-weight:500;color:var(--quiet)}
.confusion .hit{background:color-mix(in srgb,var(--hit) var(--depth),var(--card))}
.confusion .miss{background:color-mix(in srgb,var(--miss) var(--depth),var(--card))}
.confusion .deep{color:#fff;font-weight:600}
.confusion .total{color:var(--quiet);font-weight:400}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:1rem}
.chart{width:100%;height:auto;background:var(--card);border:1px solid var(--line);border-radius:8px;display:block}
.chart text{font-family:${sansFonts};fill:var(--quiet);font-size:11.5px}
.chart .name{font-size:13.5px;font-weight:600;fill:var(--text)}
.gridline{stroke:var(--line);stroke-width:1;fill:none}
.curve{fill:none;stroke-linejoin:round;stroke-linecap:round}
.curve.train{stroke:var(--train);stroke-width:1.3;stroke-dasharray:4 3}
.curve.validation{stroke:var(--accent);stroke-width:1.7}
.best{fill:var(--card);stroke:var(--accent);stroke-width:2}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;font-size:.86rem;color:var(--quiet);margin:.1rem 0 .7rem;padding:0;list-style:none}
.legend svg{width:26px;height:10px;vertical-align:middle;margin-right:.4rem;overflow:visible}
figure{margin:0 0 1.6rem;break-inside:avoid}
figcaption{margin-bottom:.4rem;font-size:.93rem}
.verdict b{font-weight:700}
.verdict{margin:0 .3rem}
figure .scroll{border:1px solid var(--line)}
figure svg{display:block;width:100%;min-width:640px;height:auto}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.5rem;margin:.5rem 0 1.25rem;font-size:.93rem}
.facts dt{color:var(--quiet)}
.facts dd{margin:0;overflow-wrap:anywhere}
.badge{display:inline-block;border-radius:99px;padding:.05rem .6rem;font-size:.82rem;font-weight:600}
.badge.within{background:var(--goodback);color:var(--good)}
.badge.incomparable{background:var(--warnback);color:var(--warn)}
.badge.above{background:var(--warnback);color:var(--warn)}
.badge.below,.badge.undefined{background:var(--badback);color:var(--bad)}
footer{color:var(--quiet);font-size:.86rem;padding-top:1.5rem;padding-bottom:3rem}
@media (max-width:560px){
main,header.top,footer{padding-left:1rem;padding-right:1rem}
.facts{grid-template-columns:1fr;gap:0}
.facts dd{margin-bottom:.5rem}
.tiles{grid-template-columns:1fr 1fr;gap:.6rem}
.tile{padding:.75rem .85rem}
.tile .value{font-size:1.5rem}
th,td{padding:.35rem .5rem}
}
@page{margin:14mm}
@media print{
body{font-size:10pt;background:#fff}
main,header.top,footer{max-width:none;padding:0}
header.top{padding-top:0}
nav{display:none}
h2,h3,figcaption{break-after:avoid}
.charts{grid-template-columns:repeat(3,1fr)}
tr,.tile,.chart{break-inside:avoid}
.scroll{overflow:visible}
table{font-size:8.5pt}
.records{font-size:6.5pt}
.records th,.records td{padding:.15rem .25rem}
figure svg{min-width:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
${ecgStyle("auto")}`;
