namespace MLNet.MultiTask.Reports;

/// <summary>The look of a <see cref="SweepReport"/>, in light and dark; texts have a contrast of 4.5 or more.</summary>
internal static class SweepReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --card: #f6f8fa; --soft: #57606a; --line: #d0d7de;
          --best: #0a5bc4; --other: #6e7781; --lose: #b04600; --single: #0a5bc4; --all: #1a7f37; --chip: #ddeaff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --card: #161b22; --soft: #9da5ae;
          --line: #30363d; --best: #6cb0ff; --other: #8b949e; --lose: #f0883e; --single: #6cb0ff; --all: #4ac26b;
          --chip: #13294b; } }
        * { box-sizing: border-box; }
        body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
        main { max-width: 54rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
        h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
        p { margin: .25rem 0 .75rem; } .soft { color: var(--soft); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.25rem 0; }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
        .tile b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
        .tile span { color: var(--soft); font-size: .85rem; }
        .groups { list-style: none; padding: 0; margin: 0 0 .75rem; display: grid; gap: .5rem; }
        .groups li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem;
          display: flex; flex-wrap: wrap; gap: .35rem .5rem; align-items: baseline; }
        .groups li > span:first-child { color: var(--soft); font-size: .85rem; min-width: 4.5rem; }
        .chip { background: var(--chip); border-radius: 1rem; padding: .05rem .65rem; overflow-wrap: anywhere; }
        .chip.helper { background: none; border: 1px dashed var(--other); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border-bottom: 1px solid var(--line); padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top; }
        thead th { color: var(--soft); font-weight: 600; font-size: .85rem; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.wide { overflow-wrap: anywhere; min-width: 14rem; }
        tr.chosen th, tr.chosen td { font-weight: 600; }
        figure { margin: .5rem 0; overflow-x: auto; }
        figcaption { color: var(--soft); font-size: .85rem; }
        figcaption i { display: inline-block; width: .75rem; height: .75rem; border-radius: 50%; margin: 0 .3rem 0 .9rem; }
        figcaption i:first-child { margin-left: 0; }
        .paper { background: #fff; border: 1px solid var(--line); border-radius: .5rem; padding: .5rem; overflow-x: auto; }
        pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem;
          overflow-x: auto; font: .875rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; margin: .5rem 0; }
        .chart { display: block; width: 100%; min-width: 36rem; height: auto; }
        .chart text { fill: var(--soft); font-size: 12px; } .chart text.name { fill: var(--ink); }
        .grid { stroke: var(--line); } .zero { stroke: var(--other); stroke-width: 1.5; }
        .dot { fill: var(--other); } .stopped { fill: none; stroke: var(--other); stroke-width: 1.5; }
        .choice { fill: var(--best); stroke: var(--paper); stroke-width: 2; } .failed { stroke: var(--lose); stroke-width: 2; }
        .path { stroke: var(--best); fill: none; stroke-width: 2; } .error { stroke: var(--ink); stroke-width: 1.5; }
        rect.single { fill: var(--single); } rect.all { fill: var(--all); }
        i.dot { background: var(--other); } i.stopped { border: 1.5px solid var(--other); } i.choice { background: var(--best); }
        i.single { background: var(--single); } i.all { background: var(--all); }
        @media print { body { font-size: 12px; } h2 { break-after: avoid; } figure, .tile { break-inside: avoid; } }
        """;
}
