namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary>Every kind of bad input: exit code 2, one sentence that names the thing, and no file written.</summary>
[TestClass]
public sealed class BadInputTests
{
    private static readonly Dictionary<string, string[]> BadFiles = new()
    {
        ["d.csv is empty"] = [],
        ["d.csv has a header but no rows"] = [SmallData.Header],
        ["d.csv names columns more than once in its header: 'a' (columns 1, 3)"] = ["a,b,a", "1,2,3"],
        ["d.csv line 12 has 5 cells, but the header has 8"] = [.. SmallData.Lines(10), "r10,1,2,red,1"],
        ["d.csv line 12 is not CSV"] = [.. SmallData.Lines(10), "r10,\"1,2,red,1,0,A,1"],
        ["d.csv line 9: feature column 'x' holds 'abc'; a finite number is expected"] = SmallData.With(7, "x", "abc"),
        ["d.csv line 9: feature column 'z' holds 'Infinity'"] = SmallData.With(7, "z", "Infinity"),
        ["d.csv line 2: label column 'buys' holds 'maybe'; 0, 1, true, false"] = SmallData.With(0, "buys", "maybe"),
        ["d.csv line 2: label column 'spends' holds 'much'; a finite number is expected"] =
            SmallData.With(0, "spends", "much"),
        ["cannot hold the squares of their errors: task 'spends' has 1E+30 in line 9. Correct them, or leave them " +
            "out as missing (NaN)"] = SmallData.With(7, "spends", "1e30"),
        ["task 'spends' has -1E+30 in line 12"] = SmallData.With(10, "spends", "-1e30"),
        ["d.csv line 5: weight column 'w' holds '-1'; a number of at least 0 is expected"] =
            SmallData.With(3, "w", "-1"),
        ["d.csv line 5: weight column 'w' holds ''"] = SmallData.With(3, "w", ""),
        ["Task 'grade' of d.csv has no observed label"] = SmallData.WithAll("grade", ""),
        ["Task 'grade' of d.csv has one class only: every label is 'A'; leave out such a column with --ignore"] =
            SmallData.WithAll("grade", "A"),
        ["d.csv line 5: weight column 'w' holds '1e300'; a number up to 3.4e38 is expected."] =
            SmallData.With(3, "w", "1e300"),
        ["d.csv gives 4 rows; at least 5 are needed"] = SmallData.Lines(4),
        ["'z' (60 different dates or times in 60 rows), so that nothing can be learned from it; leave out such " +
            "columns with --ignore, or make numbers of dates and times, such as the month or the days since one of " +
            "them."] = [SmallData.Header, .. Enumerable.Range(0, 60).Select(i =>
                $"r{i},{i % 7},2024-03-01 10:{i:D2},red,{i % 2},{i % 9},{"ABC"[i % 3]},1")],
    };

    public static IEnumerable<string> Messages => BadFiles.Keys;

    [TestMethod]
    [DataRow("--split-seed", "-1",
        "Cannot parse argument '-1' for option '--split-seed' as a whole number of at least 0")]
    [DataRow("--epochs", "few", "Cannot parse argument 'few' for option '--epochs' as a whole number")]
    public async Task Train_NumberThatIsNone_IsToldWithoutTypesOfTheRuntime(string option, string value,
        string message) =>
        (await ToolRun.Of("train", "--data", "d.csv", "--label", "a", "--kind", "binary", option, value))
            .AssertBadInput(message);

    [TestMethod]
    [DynamicData(nameof(Messages))]
    public async Task Train_BadFile_SaysWhatIsWrongAndWritesNothing(string message)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", BadFiles[message]);
        ToolRun run = await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, .. SmallData.Quick,
            "--grouping", "all", "--out", folder["m.mtsk"], "--json", folder["r.json"]]);
        run.AssertBadInput(message);
        CollectionAssert.AreEqual(new[] { "d.csv" }, folder.Files);
    }

    [TestMethod]
    public async Task Train_BadCellsInManyColumns_NamesAllOfThemAtOnce()
    {
        using var folder = new TemporaryFolder();
        string[] lines = SmallData.Lines();
        Put(7, "x", "inf");
        Put(9, "x", "1e300");
        Put(3, "z", "Infinity");
        Put(20, "buys", "maybe");
        Put(21, "spends", "much");
        Put(22, "w", "-1");

        ToolRun run = await ToolRun.Of(["train", "--data", folder.Write("d.csv", lines), .. SmallData.Labels,
            .. SmallData.Quick, "--grouping", "all"]);

        run.AssertBadInput("d.csv line 9: feature column 'x' holds 'inf'; a finite number is expected, as in most " +
            "rows (or name the column with --categorical) (1 more such cell, on line 11); and so 4 other columns: " +
            "feature column 'z' holds 'Infinity' on line 5, label column 'buys' holds 'maybe' on line 22 (0, 1, true");
        run.AssertBadInput(
            "label column 'spends' holds 'much' on line 23 (a finite number is expected for a regression)");
        run.AssertBadInput("weight column 'w' holds '-1' on line 24 (a number of at least 0 is expected).");

        void Put(int row, string column, string cell)
        {
            string[] cells = lines[row + 1].Split(',');
            cells[Array.IndexOf(SmallData.Header.Split(','), column)] = cell;
            lines[row + 1] = string.Join(',', cells);
        }
    }

    public static IEnumerable<(string[] Arguments, string Message)> BadArguments =>
    [
        ([], "Say where the data is"),
        (["--data", "FOLDER/missing.csv", "--label", "buys", "--kind", "binary"], "Cannot read 'FOLDER/missing.csv'"),
        (["--data", "FOLDER/d.csv"], "Name the tasks: --label"),
        (["--data", "FOLDER/d.csv", "--label", "nothing", "--kind", "binary"],
            "d.csv has no column 'nothing', wanted as label column"),
        (["--data", "FOLDER/d.csv", "--label", "buys", "--kind", "binary", "--weight", "kg"],
            "d.csv has no column 'kg', wanted as weight column"),
        (["--data", "FOLDER/d.csv", "--label", "buys", "--kind", "binary", "--ignore", "me"],
            "d.csv has no column 'me', wanted as ignored column"),
        (["--data", "FOLDER/d.csv", "--label", "buys", "--kind", "binary", "--ignore", "buys"],
            "Column 'buys' is named as label column and again as ignored"),
        (["--data", "FOLDER/d.csv", "--label-pattern", "q*", "--kind", "binary"],
            "No column of d.csv matches --label-pattern 'q*'"),
        (["--data", "FOLDER/d.csv", "--label", "buys", "spends", "grade", "--kind", "binary", "regression"],
            "--kind gives 2 kinds for 3 label columns"),
        (["--data", "FOLDER/d.csv", "--label", "buys", "--kind", "tertiary"], "tertiary"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--grouping", "0,1"],
            "--grouping '0,1' is over 2 tasks, but the data has 3"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--grouping", "1,2|0"],
            "'1,2|0' is not in canonical form; '0|1,2' is"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--grouping", "0,0|1,2"], "task 0 is served twice"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--arms", "single,many"],
            "--arms names 'many'; single, all and grouped are possible"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--arms", "all", "--out", "FOLDER/m.mtsk"],
            "--out is for the model 'grouped', which --arms all does not train"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--arms", "all", "--grouping", "all"],
            "--grouping is for the model 'grouped'"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--grouping", "all", "--runs", "2"],
            "--runs is for --grouping auto"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--grouping", "all", "--trials", "2"],
            "--trials is for --grouping auto"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--grouping", "all", "--helpers"],
            "--helpers is for --grouping auto"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--trials", "0"], "--trials is 0; at least 1 is expected"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--runs", "0"], "--runs is 0; at least 1 is expected"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--threads", "0"], "--threads is 0; at least 1 is expected"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--learning-rate", "0,01", "--dropout", "0,1"],
            "--learning-rate is '0,01', --dropout is '0,1'; numbers are written with a point, as 0.01."),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--learning-rate", "-1"],
            "--learning-rate must be positive and finite, but is -1"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--hidden", "a"],
            "--hidden is 'a'; widths such as 64,32 are expected"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--json", "FOLDER/none/r.json"],
            "Cannot write 'FOLDER/none/r.json': its folder does not exist"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--out", "FOLDER"], "Cannot write 'FOLDER': it is a folder"),
        (["--data", "FOLDER/d.csv", .. SmallData.Labels, "--out", "FOLDER/x", "--json", "FOLDER/x"],
            "--out and --json name the same file"),
        (["--manifest", "FOLDER/m.json"], "--manifest needs --name"),
        (["--manifest", "FOLDER/m.json", "--name", "c"], "'FOLDER/m.json' has no data set 'c'; it has a, b"),
        (["--manifest", "FOLDER/m.json", "--name", "b"],
            "needs either \"tasks\" or both \"taskIdColumn\" and \"labelColumn\""),
        (["--manifest", "FOLDER/m.json", "--name", "a", "--weight", "w"],
            "--weight and --manifest exclude one another"),
        (["--manifest", "FOLDER/d.csv", "--name", "a"], "'FOLDER/d.csv' is not a manifest"),
    ];

    [TestMethod]
    [DynamicData(nameof(BadArguments))]
    public async Task Train_BadArgument_SaysWhatIsWrongAndWritesNothing(string[] arguments, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write("d.csv", SmallData.Lines());
        folder.Write("m.json", """
            [{"name":"a","file":"d.csv","tasks":[{"column":"buys","kind":"binary"}]},{"name":"b","file":"d.csv"}]
            """);
        string root = folder[""].TrimEnd('/');
        ToolRun run = await ToolRun.Of(["train",
            .. arguments.Select(a => a.Replace("FOLDER", root, StringComparison.Ordinal)), "--epochs", "5"]);
        run.AssertBadInput(message.Replace("FOLDER", root, StringComparison.Ordinal));
        CollectionAssert.AreEqual(new[] { "d.csv", "m.json" }, folder.Files);
    }
}
