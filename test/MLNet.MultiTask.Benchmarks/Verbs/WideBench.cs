using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// A whole ML.NET pipeline on thousands of 0/1 features of which twenty are 1 in a row: time, peak memory and AUC.
/// </summary>
internal static class WideBench
{
    private const int Columns = 20;

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "wide",
            "Trains two binary tasks on 20 one-hot encoded columns and scores new rows; seconds, peak memory, AUC.",
            "Rows to train on; a quarter as many are scored.", 24_000, "--rows");
        Option<int> values = BenchVerb.Positive("--values", "Values of each column.", 251);
        verb.Command.Options.Add(values);
        verb.SetAction((parsed, run) => [Line(run.Steps, parsed.GetValue(values), run)]);
        return verb.Command;
    }

    private static JsonObject Line(int rows, int values, BenchRun run)
    {
        var context = new MLContext(1);
        IDataView train = context.Data.LoadFromEnumerable(Rows(rows, values, 1)),
            test = context.Data.LoadFromEnumerable(Rows(rows / 4, values, 2));
        TaskColumn[] tasks = [TaskColumn.Binary("A"), TaskColumn.Binary("B")];
        long started = Stopwatch.GetTimestamp();
        ITransformer model = context.Transforms.Categorical.OneHotEncoding("Features", "Codes")
            .Append(context.MultiTask().Trainers.SharedBottom(new SharedBottomTrainer.Options
            {
                Tasks = tasks,
                Seed = 1,
                CancellationToken = run.CancellationToken,
            })).Fit(train);
        MultiTaskMetrics metrics = context.MultiTask().Evaluate(model.Transform(test), tasks);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        using var process = Process.GetCurrentProcess();
        return new JsonObject
        {
            ["bench"] = "wide",
            ["rows"] = rows,
            ["features"] = ((VectorDataViewType)model.GetOutputSchema(train.Schema)["Features"].Type).Size,
            ["seconds"] = Math.Round(seconds, 3),
            ["cpu_seconds"] = Math.Round(process.TotalProcessorTime.TotalSeconds, 3),
            ["peak_bytes"] = process.PeakWorkingSet64,
            ["auc"] = new JsonArray([.. metrics.Tasks.Select(t => (JsonNode)t.AreaUnderRocCurve)]),
        };
    }

    // Every value of every column has an effect of its own on both tasks.
    private static List<Row> Rows(int count, int values, int part)
    {
        RandomStream effects = new(1, "wide effects"), random = new(1, "wide rows", part);
        double[] a = new double[Columns * values], b = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
            (a[i], b[i]) = (effects.NextNormal(), effects.NextNormal());
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var codes = new string[Columns];
            double first = random.NextNormal(), second = random.NextNormal();
            for (int c = 0; c < Columns; c++)
            {
                int value = random.NextInt32(values);
                codes[c] = $"v{value}";
                int at = c * values + value;
                (first, second) = (first + a[at], second + a[at] + b[at]);
            }
            return new Row { Codes = codes, A = first > 0, B = second > 0 };
        })];
    }

    private sealed class Row
    {
        [VectorType(Columns)]
        public string[] Codes { get; set; } = [];

        public bool A { get; set; }

        public bool B { get; set; }
    }
}
