using System.Text.Json;

namespace MLNet.MultiTask.Tool.Tests.Cases;

/// <summary>Tables that were read in another way than a person reads them.</summary>
[TestClass]
public sealed class ReadingCases
{
    private static readonly string[] s_quick = ["--epochs", "3", "--hidden", "8"];

    [TestMethod]
    public async Task Train_ColumnWithoutAName_IsLeftOutWithANote()
    {
        using var data = new Case("01-unnamed-index-column");
        ToolRun run = await data.Train(
            "input.csv", ["--label", "A", "B", "--kind", "binary", "--ignore", "Y", "C", .. s_quick]);
        run.AssertOk();
        StringAssert.Contains(run.Output, "column 1, which has no name", StringComparison.Ordinal);
        JsonElement reading = data.Results("input.csv").GetProperty("reading");
        CollectionAssert.AreEqual(new[] { "x1", "x2", "x3", "x4" },
            reading.GetProperty("numbers").EnumerateArray().Select(n => n.GetString()).ToArray());
    }

    [TestMethod]
    [DataRow("  ,x,z,A", "5,{0},1,{1}", "column 1, which has no name")]
    [DataRow("x,z,A,", "{0},1,{1},", "column 4, which has no name")]
    [DataRow(",x,,A", "1,{0},2,{1}", "column 1, which has no name, column 3, which has no name")]
    public async Task Train_HeaderCellsThatAreBlank_AreLeftOutWithANote(string header, string row, string note)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", [header, .. Enumerable.Range(0, 40).Select(
            i => string.Format(System.Globalization.CultureInfo.InvariantCulture, row, i * 7 % 40,
                i % 3 > 0 ? 1 : 0))]);
        ToolRun run = await ToolRun.Of(
            ["train", "--data", file, "--label", "A", "--kind", "binary", "--grouping", "all",
            .. s_quick]);
        run.AssertOk();
        StringAssert.Contains(run.Output, note, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("input.csv", "'x1' (a decimal comma), 'x2' (a decimal comma)")]
    [DataRow("percent.csv", "'x1' (a percent sign), 'x2' (a currency sign)")]
    [DataRow("thousands.csv", "'x1' (thousands separators), 'x2' (thousands separators)")]
    public async Task Train_NumbersInAnotherNotation_AreNamed(string file, string columns)
    {
        using var data = new Case("02-decimal-comma-features");
        ToolRun run = await data.Train(file, [.. Case.FourTasks, .. s_quick]);
        run.AssertBadInput($"{file}: numbers in another notation, in columns {columns}");
    }

    [TestMethod]
    public async Task Train_CellsThatSayNotAvailable_AreMissing()
    {
        using var data = new Case("03-missing-token-column");
        foreach (string file in new[] { "reference.csv", "input.csv", "few.csv" })
            (await data.Train(file, [.. Case.FourTasks, .. s_quick])).AssertOk();
        Assert.AreEqual(data.Results("reference.csv").GetProperty("arms").ToString(),
            data.Results("input.csv").GetProperty("arms").ToString());
        ToolRun categories = await data.Train("few.csv", [.. Case.FourTasks, .. s_quick, "--missing", "-"]);
        categories.AssertBadInput("feature column 'x1' holds 'NA'; a finite number is expected");
    }

    [TestMethod]
    public async Task Train_LabelsThatSayNaN_AreNotObservedForAnyKind()
    {
        using var data = new Case("04-nan-text-label");
        foreach (string file in new[] { "reference.csv", "multiclass.csv", "binary.csv", "regression.csv" })
            (await data.Train(file, [.. Case.FourTasks, .. s_quick, "--out", data.Out(file + ".mtsk")])).AssertOk();
        string expected = data.Results("reference.csv").GetProperty("testLabels").GetProperty("C").ToString();
        Assert.AreEqual(expected, data.Results("multiclass.csv").GetProperty("testLabels").GetProperty("C").ToString());
        ToolRun predicted = await ToolRun.Of(
            "predict", "--model", data.Out("multiclass.csv.mtsk"), "--data", data["multiclass.csv"]);
        predicted.AssertOk();
        Assert.IsFalse(predicted.Output.Contains("NaN", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Train_ColumnThatNamesTheRow_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var random = new RandomStream(1, "ids");
        string file = folder.Write("d.csv", ["id,x,A,B", .. Enumerable.Range(0, 61_000).Select(i =>
        {
            double x = random.NextDouble() - 0.5;
            return FormattableString.Invariant($"u{i:D6},{x:F3},{(x > 0 ? 1 : 0)},{(x > 0.2 ? 1 : 0)}");
        })]);
        ToolRun run = await ToolRun.Of(
            "train", "--data", file, "--label", "A", "B", "--kind", "binary", "--grouping", "all");
        run.AssertBadInput("nearly every row has a value of its own in column 'id' (61000 different values in 61000 " +
            "rows), so that nothing can be learned from it; leave out such columns with --ignore.");
    }

    [TestMethod]
    [DataRow("semicolon-integers.csv"), DataRow("tab.csv")]
    public async Task Train_OtherSeparator_IsFound(string file)
    {
        using var data = new Case("16-semicolon-or-tab-file");
        (await data.Train(file, ["--label", "A", "B", "--kind", "binary", "--ignore", "Y", "C", .. s_quick]))
            .AssertOk();
    }

    [TestMethod]
    public async Task Train_SemicolonsAndDecimalCommas_AreReadOnRequestAndEqualThePoints()
    {
        using var data = new Case("16-semicolon-or-tab-file");
        string[] options = ["--label", "A", "B", "--kind", "binary", "--ignore", "Y", "C", .. s_quick];
        (await data.Train("semicolon.csv", options)).AssertBadInput("give --decimal-comma");
        (await data.Train("semicolon.csv", [.. options, "--decimal-comma"])).AssertOk();
        (await data.Train("tab.csv", options)).AssertOk();
        Assert.AreEqual(data.Results("tab.csv").GetProperty("arms").ToString(),
            data.Results("semicolon.csv").GetProperty("arms").ToString());
    }

    [TestMethod]
    public async Task Train_WrongSeparator_SaysSo()
    {
        using var data = new Case("16-semicolon-or-tab-file");
        (await data.Train("tab.csv", ["--label", "A", "--kind", "binary", "--separator", ";"]))
            .AssertBadInput("with ';' between cells the header has one column only, see --separator");
    }

    [TestMethod]
    public async Task Train_HugeCell_IsNamedByItsLine()
    {
        using var data = new Case("17-huge-cell-row-number");
        (await data.Train("input.csv", Case.FourTasks))
            .AssertBadInput("input.csv line 5: feature column 'x1' holds '1e300'");
    }

    [TestMethod]
    public async Task Train_TaskIdsEqualAsNumbers_AreOneTask()
    {
        using var data = new Case("18-mixed-task-ids");
        (await data.Train("input.csv", ["--label", "y", "--task-id", "school", "--kind", "regression", .. s_quick]))
            .AssertOk();
        CollectionAssert.AreEqual(new[] { "1", "2", "3", "4" },
            data.Results("input.csv").GetProperty("tasks").EnumerateArray().Select(t => t.GetString()).ToArray());
    }

    [TestMethod]
    public async Task Train_ClassesEqualAsNumbers_AreOneClass()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", ["x,y", .. Enumerable.Range(0, 60).Select(i => $"{i * 7 % 60},{i % 3}" +
            (i < 30 ? "" : ".0"))]);
        (await ToolRun.Of(["train", "--data", file, "--label", "y", "--kind", "multiclass", "--grouping", "all",
            "--out", folder["m.mtsk"], .. s_quick])).AssertOk();
        ToolRun run = await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data", file);
        StringAssert.StartsWith(run.Output, "Probability.y.0,Probability.y.1,Probability.y.2,PredictedLabel.y\n",
            StringComparison.Ordinal);
    }
}
