using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Tool;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Learners on data sets, a line for each training; then, per set and in all, how the library's best single learner by
/// validation rows and its ensemble compare with what others reach on the same splits.
/// </summary>
internal static class LearnersBench
{
    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "learners",
            "Quality of the learners on data sets, beside stored results of peers.", "Seeds.", 3, "--seeds");
        var manifest = new Option<string?>("--manifest") { Description = "The data sets; not for --read alone." };
        var names = new Option<string[]>("--name")
        {
            Description = "Data sets of the manifest.", AllowMultipleArgumentsPerToken = true,
        };
        var arms = new Option<string[]>("--arm")
        {
            Description = "Learners; all without the option.", AllowMultipleArgumentsPerToken = true,
        };
        arms.AcceptOnlyFromAmong([.. LearnerArm.All.Select(a => a.Name)]);
        var peers = new Option<string[]>("--peers")
        {
            Description = "JSON files of stored results.", AllowMultipleArgumentsPerToken = true,
        };
        var read = new Option<string[]>("--read")
        {
            Description = "Files of --json of earlier runs, whose trainings are counted in.",
            AllowMultipleArgumentsPerToken = true,
        };
        var folds = new Option<int>("--folds")
        {
            Description = "Folds of the training and validation rows that choose the single learner; 1: the " +
                "validation rows.",
            DefaultValueFactory = _ => 5,
        };
        foreach (Option option in (Option[])[manifest, names, arms, peers, read, folds])
            verb.Command.Options.Add(option);
        verb.SetAction((parsed, run) =>
        {
            string[] sets = parsed.GetValue(names) ?? [];
            if (sets.Length > 0 && parsed.GetValue(manifest) is null)
                throw new InputException("--name needs --manifest, the file that says what the data sets are.");
            if (sets.Length == 0 && (parsed.GetValue(read) ?? []).Length == 0)
                throw new InputException("Nothing to do: --name says which data sets to train on, --read what was.");
            if (parsed.GetValue(folds) < 1)
                throw new InputException("--folds must be 1 or more.");
            if ((parsed.GetValue(read) ?? []).FirstOrDefault(f => !File.Exists(f)) is { } missing)
                throw new InputException($"--read: there is no file '{missing}'.");
            var earlier = new LearnersTable(PeerResults.Read(parsed.GetValue(peers) ?? []));
            foreach (string file in parsed.GetValue(read) ?? [])
                foreach (string line in File.ReadLines(file))
                    earlier.Add(LearnerLine.Parse(line));
            return Lines(parsed.GetValue(manifest), sets, parsed.GetValue(arms) ?? [], parsed.GetValue(folds), earlier,
                run);
        });
        return verb.Command;
    }

    private static IEnumerable<JsonObject> Lines(string? manifest, string[] names, string[] arms, int folds,
        LearnersTable table, BenchRun run)
    {
        foreach (string name in names)
        {
            BenchData data = BenchData.Read(manifest!, name, run.CancellationToken);
            foreach (LearnerArm arm in LearnerArm.All.Where(a => (arms.Length == 0 || arms.Contains(a.Name))
                && (!a.PoolsTasks || data.Table.Tasks.DistinctBy(t => (t.Kind, t.OutputCount)).Count() == 1)))
                for (int seed = 1; seed <= (arm.IsRandom ? run.Steps : 1); seed++)
                {
                    LearnerLine line = Train(name, data, arm, folds, seed, run);
                    table.Add(line);
                    yield return line.ToJson();
                }
        }
        foreach (JsonObject line in table.Lines())
            yield return line;
    }

    private static LearnerLine Train(string set, BenchData data, LearnerArm arm, int folds, int seed, BenchRun run)
    {
        long began = Stopwatch.GetTimestamp();
        MultiTaskModel model = Train(data, new RowSplit(data.Train, data.Validation), arm, seed, run);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new LearnerLine(set, data.MetricName, arm.Name, arm.Role, seed,
            // Only what can be chosen needs more than its own validation rows.
            folds > 1 && arm.Role == LearnerRole.Single ? CrossValidated(data, arm, folds, seed, run)
                : data.Macro(data.Validation, x => model.Score(x, 1, data.Scores)),
            data.Macro(data.Test, x => model.Score(x, 1, data.Scores)), seconds);
    }

    /// <summary>The metric on rows that neither fit nor stop the model, mean of the folds.</summary>
    private static double CrossValidated(BenchData data, LearnerArm arm, int folds, int seed, BenchRun run)
    {
        const double StoppingFraction = 0.2;
        var splitter = new RowSplitter { Seed = (ulong)seed };
        return splitter.Folds(data.Table, folds, [.. data.Train, .. data.Validation]).Average(fold =>
        {
            MultiTaskModel model = Train(data, splitter.Split(data.Table, StoppingFraction, fold.Train), arm,
                seed, run);
            return data.Macro(fold.Validation, fold.Train, x => model.Score(x, 1, data.Scores));
        });
    }

    private static MultiTaskModel Train(BenchData data, RowSplit rows, LearnerArm arm, int seed, BenchRun run)
    {
        int tasks = data.Table.Tasks.Count;
        return GroupedTrainer.Train(data.Table, rows,
            arm.PerTask ? TaskGrouping.Single(tasks) : TaskGrouping.All(tasks), arm.Create(), new LearnerRun
            {
                Seed = (ulong)seed, Threads = run.Threads, CancellationToken = run.CancellationToken,
            }).Model;
    }
}
