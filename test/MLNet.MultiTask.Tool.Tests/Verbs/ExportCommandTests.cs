using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLNet.MultiTask.Tool.Tests.Verbs;

/// <summary>What <c>export</c> writes, in ONNX Runtime, against what <c>predict</c> says.</summary>
[TestClass]
public sealed class ExportCommandTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    public async Task Export_SmallData_PredictsAsPredictDoes()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("data.csv", SmallData.Lines());
        (await ToolRun.Of(["train", "--data", data, .. SmallData.Labels, .. SmallData.Quick, "--out",
            folder["model.mtsk"]])).AssertOk();

        // buys: probability and label; spends: a value; grade: three probabilities.
        Assert.AreEqual(60 * 6, await Compared(folder, data));
    }

    // Two epochs are enough to compare with.
    [TestMethod]
    [TestCategory("Slow")]
    public async Task Export_AllDataSets_PredictsAsPredictDoes()
    {
        string manifest = Repository.Shared("data", "manifest.json");
        foreach (JsonElement set in JsonDocument.Parse(File.ReadAllText(manifest)).RootElement.EnumerateArray())
        {
            using var folder = new TemporaryFolder();
            string name = set.GetProperty("name").GetString()!;
            int count = set.TryGetProperty("tasks", out JsonElement tasks) ? tasks.GetArrayLength()
                : set.GetProperty("distinctTasks").GetInt32();
            (await ToolRun.Of("train", "--manifest", manifest, "--name", name, "--hidden", "16", "--epochs", "2",
                "--grouping", string.Join(',', Enumerable.Range(0, count)),
                "--out", folder["model.mtsk"])).AssertOk();
            string[] lines = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(manifest)!,
                set.GetProperty("file").GetString()!));
            string data = folder.Write("data.csv", lines[..Math.Min(lines.Length, 2001)]);
            Assert.IsTrue(await Compared(folder, data) > 0, name);
        }
    }

    [TestMethod]
    public async Task Export_NoModel_IsNamed()
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of("export", "--model", folder["nothing.mtsk"], "--onnx", folder["out.onnx"]))
            .AssertBadInput("nothing.mtsk");
    }

    private static async Task<int> Compared(TemporaryFolder folder, string data)
    {
        string onnx = folder["model.onnx"], predictions = folder["predictions.csv"];
        (await ToolRun.Of("export", "--model", folder["model.mtsk"], "--onnx", onnx)).AssertOk();
        (await ToolRun.Of("predict", "--model", folder["model.mtsk"], "--data", data, "--out", predictions))
            .AssertOk();
        Dictionary<string, string[]> raw = Columns(data), expected = Columns(predictions);
        using var session = new InferenceSession(onnx);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(
            [.. session.InputMetadata.Select(i => Feed(i.Key, i.Value.ElementType, raw[i.Key]))]);
        var actual = outputs.ToDictionary(o => o.Name, o => o);
        int count = 0;
        foreach ((string column, string[] cells) in expected)
        {
            string[] parts = column.Split('.', 2);
            if (actual.TryGetValue($"{column}.output", out DisposableNamedOnnxValue? output))
                count += output.ElementType == TensorElementType.Bool
                    ? Equal(column, [.. cells.Select(c => c == "1")], [.. output.AsEnumerable<bool>()])
                    : output.ElementType == TensorElementType.Float
                        ? Near(column, cells, [.. output.AsEnumerable<float>()], 1, 0) : 0;
            else if (parts[0] == "Probability" && column.LastIndexOf('.') is var dot && actual.TryGetValue(
                $"Score.{column[12..dot]}.output", out DisposableNamedOnnxValue? classes))
            {
                string[] siblings =
                    [.. expected.Keys.Where(k => k.StartsWith(column[..(dot + 1)], StringComparison.Ordinal))];
                count += Near(column, cells, [.. classes.AsEnumerable<float>()], siblings.Length,
                    Array.IndexOf(siblings, column));
            }
        }
        return count;
    }

    private static int Equal(string column, bool[] expected, bool[] actual)
    {
        CollectionAssert.AreEqual(expected, actual, column);
        return expected.Length;
    }

    private static int Near(string column, string[] expected, float[] actual, int width, int offset)
    {
        double[] values = [.. expected.Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        // A regression's score is a number of the size of 1 times the deviation of its label, plus the label's mean:
        // near 0 the two cancel, and what is left has the error of the greatest.
        double scale = Math.Max(1, values.Max(Math.Abs));
        for (int row = 0; row < values.Length; row++)
            Assert.AreEqual(values[row], actual[row * width + offset], Tolerance * scale, $"{column}, row {row}");
        return expected.Length;
    }

    private static NamedOnnxValue Feed(string name, Type type, string[] cells) => type == typeof(string)
        ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(cells, [cells.Length, 1]))
        : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>((double[])[.. cells.Select(c =>
            double.TryParse(c, CultureInfo.InvariantCulture, out double v) ? v : double.NaN)], [cells.Length, 1]));

    private static Dictionary<string, string[]> Columns(string file)
    {
        string[] lines = File.ReadAllLines(file), names = lines[0].Split(',');
        string[][] cells = [.. lines[1..].Select(l => l.Split(','))];
        return names.Select((name, c) => (name, c)).ToDictionary(p => p.name, p => cells.Select(r => r[p.c]).ToArray());
    }
}
