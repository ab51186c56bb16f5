using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary>What the command trained, in an application that knows nothing of the command.</summary>
[TestClass]
public sealed class PipelineTests
{
    [TestMethod]
    public async Task Train_Out_LoadsInAnApplicationThatScoresTheRawFileToTheSameBits()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(80));
        (await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--grouping", "0,1|2",
            "--out", folder["m.mtsk"]])).AssertOk();
        (await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data", file, "--out", folder["p.csv"])).AssertOk();

        var mlContext = new MLContext(1);
        ITransformer model = mlContext.MultiTask().Load(folder["m.mtsk"], out _);
        IDataView raw = mlContext.Data.LoadFromTextFile(file, Columns, separatorChar: ',', hasHeader: true);
        Assert.AreEqual(File.ReadAllText(folder["p.csv"]), Written(model.Transform(raw)));
    }

    [TestMethod]
    public async Task Train_OutZip_LoadsByMicrosoftMLAndPredictsAndEvaluatesAlike()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(80));
        foreach (string model in new[] { "m.mtsk", "m.zip" })
        {
            (await ToolRun.Of(["train", "--data", file, .. SmallData.Labels, .. SmallData.Quick, "--grouping", "all",
                "--out", folder[model]])).AssertOk();
            (await ToolRun.Of("predict", "--model", folder[model], "--data", file, "--out", folder[model + ".csv"]))
                .AssertOk();
            (await ToolRun.Of("evaluate", "--model", folder[model], "--data", file, "--part", "all", "--json",
                folder[model + ".json"])).AssertOk();
        }
        string[] own = File.ReadAllLines(folder["m.mtsk.csv"]), zip = File.ReadAllLines(folder["m.zip.csv"]);
        Assert.AreEqual(own[0], zip[0]);
        for (int row = 1; row < own.Length; row++)
            foreach ((string a, string b) in own[row].Split(',').Zip(zip[row].Split(',')))
                if (double.TryParse(a, CultureInfo.InvariantCulture, out double expected))
                    Assert.AreEqual(expected, double.Parse(b, CultureInfo.InvariantCulture), 1e-5, $"row {row}");
                else
                    Assert.AreEqual(a, b);
        ITransformer loaded = new MLContext(1).Model.Load(folder["m.zip"], out DataViewSchema schema);
        CollectionAssert.AreEqual(new[] { "x", "z", "color" }, schema.Select(c => c.Name).ToArray());
        Assert.IsNotNull(loaded.GetOutputSchema(schema).GetColumnOrNull("Score.spends"));
    }

    [TestMethod]
    public async Task Evaluate_PipelineOfAnApplication_IsScored()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("d.csv", SmallData.Lines(80));
        var mlContext = new MLContext(1);
        IDataView raw = mlContext.Data.LoadFromTextFile(file, Columns, separatorChar: ',', hasHeader: true);
        ITransformer model = mlContext.MultiTask().Featurize("x", "z", "color")
            .Append(mlContext.MultiTask().Trainers.SharedBottom([TaskColumn.Regression("spends")])).Fit(raw);
        mlContext.MultiTask().Save(model, raw.Schema, folder["app.mtsk"]);
        ToolRun run = await ToolRun.Of("evaluate", "--model", folder["app.mtsk"], "--data", file, "--part", "all");
        run.AssertOk();
        StringAssert.Contains(run.Output, "spends", StringComparison.Ordinal);
        (await ToolRun.Of("predict", "--model", folder["app.mtsk"], "--data",
            folder.Write("n.csv", "x,z,color", "1,90,red")))
            .AssertOk();
    }

    [TestMethod]
    [TestCategory("Slow")]
    public async Task Train_Census_ScoresTheRawFileToTheSameBits()
    {
        string file = Repository.Shared("data", "census.csv");
        using var folder = new TemporaryFolder();
        (await ToolRun.Of("train", "--manifest", Repository.Shared("data", "manifest.json"), "--name", "census",
            "--grouping", "all", "--epochs", "1", "--max-rows", "5000", "--out", folder["m.mtsk"])).AssertOk();
        (await ToolRun.Of("predict", "--model", folder["m.mtsk"], "--data", file, "--out", folder["p.csv"])).AssertOk();
        var mlContext = new MLContext(1);
        ITransformer model = mlContext.MultiTask().Load(folder["m.mtsk"], out DataViewSchema schema);
        string[] header = File.ReadLines(file).First().Split(',');
        TextLoader.Column[] columns = [.. schema.Select(c => new TextLoader.Column(c.Name,
            c.Type is TextDataViewType ? DataKind.String : DataKind.Single, Array.IndexOf(header, c.Name)))];
        IDataView raw = mlContext.Data.LoadFromTextFile(
            file, new TextLoader.Options { Columns = columns, Separators = [','], HasHeader = true, AllowQuoting = true,
                MissingRealsAsNaNs = true, TrimWhitespace = true });
        Assert.AreEqual(File.ReadAllText(folder["p.csv"]), Written(model.Transform(raw)));
    }

    private static TextLoader.Column[] Columns =>
    [
        new("x", DataKind.Single, 1), new("z", DataKind.Single, 2), new("color", DataKind.String, 3),
        new("spends", DataKind.Single, 5),
    ];

    /// <summary>The predictions as the command writes them.</summary>
    private static string Written(IDataView scored)
    {
        var columns = new List<(string Name, string[] Cells)>();
        foreach (DataViewSchema.Column column in scored.Schema.Where(c => !c.IsHidden))
            if (column.Name.StartsWith("Probability.", StringComparison.Ordinal)
                || (column.Name.StartsWith("Score.", StringComparison.Ordinal)
                    && scored.Schema.GetColumnOrNull("Probability." + column.Name[6..]) is null
                    && column.Type is not VectorDataViewType))
                columns.Add((column.Name, [.. scored.GetColumn<float>(column).Select(Text)]));
            else if (column.Name.StartsWith("PredictedLabel.", StringComparison.Ordinal))
                columns.Add((column.Name, column.Type is BooleanDataViewType
                    ? [.. scored.GetColumn<bool>(column).Select(b => b ? "1" : "0")] : Keys(scored, column)));
            else if (column.Type is VectorDataViewType && column.Name.StartsWith("Score.", StringComparison.Ordinal))
            {
                VBuffer<ReadOnlyMemory<char>> names = default;
                column.GetSlotNames(ref names);
                float[][] values = [.. scored.GetColumn<float[]>(column)];
                for (int c = 0; c < names.Length; c++)
                    columns.Add(($"Probability.{column.Name[6..]}.{names.GetItemOrDefault(c)}",
                        [.. values.Select(v => Text(v[c]))]));
            }
        var lines = new List<string> { string.Join(',', columns.Select(c => c.Name)) };
        for (int row = 0; row < columns[0].Cells.Length; row++)
            lines.Add(string.Join(',', columns.Select(c => c.Cells[row])));
        return string.Concat(lines.Select(l => l + "\n"));

        static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string[] Keys(IDataView scored, DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. scored.GetColumn<uint>(column).Select(k => names.GetItemOrDefault((int)k - 1).ToString())];
    }
}
