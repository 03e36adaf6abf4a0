"""The page's style sheet: light and dark paper, print, letters of the reader's own machine."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
@font-face { font-family: Narrowed; src: local("DejaVu Sans"), local("Verdana"); size-adjust: 87%; }
:root { --paper: #fdfdfc; --ink: #17191c; --muted: #55595f; --grid: #e0e2e5; --line: #c9ccd1;
  --accent: #00568c; --soft: #f1f3f5; color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #16181b; --ink: #eceef0;
  --muted: #a6abb2; --grid: #30343a; --line: #454a51; --accent: #7cc0ee; --soft: #202429; } }
* { box-sizing: border-box; }
html { font: 16px/1.55 system-ui, "Segoe UI", Arial, "Liberation Sans", sans-serif;
  background: var(--paper); color: var(--ink); }
body { margin: 0; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; z-index: 2; }
header, main, footer { max-width: 58rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; margin: 3rem 0 .6rem;
  padding-top: .8rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent);
  outline-offset: 2px; }
.about { color: var(--muted); margin: .2rem 0; }
.source { border-left: 4px solid var(--accent); padding: .3rem .8rem; margin: 1rem 0;
  background: var(--soft); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0; }
dl.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1px;
  background: var(--line); border: 1px solid var(--line); margin: 1.2rem 0; }
dl.key div { background: var(--paper); padding: .7rem .9rem; }
dl.key dt { color: var(--muted); font-size: .85rem; }
dl.key dd { margin: 0; font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
dl.key dd small { display: block; font-size: .82rem; font-weight: 400; color: var(--muted); }
ul.answer { padding-left: 1.1rem; } ul.answer li { margin: .45rem 0; }
.ref { font-size: .74rem; color: var(--muted); font-weight: 400; white-space: normal; }
.ref a { color: var(--muted); }
figure { margin: 1.2rem 0 1.8rem; }
figure svg { display: block; color: var(--ink); overflow: visible; }
figure svg text { font-family: "Liberation Sans", Arial, Helvetica, Arimo, Narrowed, sans-serif; }
figcaption { color: var(--muted); font-size: .9rem; max-width: 46rem; margin-top: .4rem; }
figure .name { font-weight: 600; margin: 0 0 .5rem; color: var(--ink); }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding-bottom: .3rem; }
th, td { text-align: left; padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--grid);
  vertical-align: top; overflow-wrap: break-word; max-width: 30rem; }
td code { overflow-wrap: break-word; }
th { border-bottom: 1px solid var(--line); font-weight: 600; }
th small, td small { display: block; font-weight: 400; color: var(--muted); }
.n { text-align: right; white-space: nowrap; }
details { border: 1px solid var(--line); padding: .4rem .8rem; margin: .5rem 0; }
summary { cursor: pointer; color: var(--muted); }
summary h3 { display: inline; margin: 0 .4rem 0 0; color: var(--ink); }
details dl { font-size: .86rem; } details dt { font-weight: 600; }
details dd { margin: 0 0 .3rem 1rem; }
code { font: .8em ui-monospace, "Cascadia Mono", Menlo, "Liberation Mono", monospace;
  overflow-wrap: anywhere; }
footer { color: var(--muted); font-size: .88rem; border-top: 2px solid var(--line);
  margin-top: 3rem; padding-top: 1rem; padding-bottom: 3rem; }
@media print { html { font-size: 10.5pt; } nav, .skip { display: none; }
  dl.key dd { font-size: 1.1rem; }
  h2 { break-after: avoid; }
  figure, tr, dl.key div { break-inside: avoid; } a { color: inherit; text-decoration: none; }
  .scroll { overflow: visible; } header, main, footer { max-width: none; padding: 0; } }
"""
