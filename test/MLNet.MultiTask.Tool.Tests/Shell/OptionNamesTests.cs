using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.RegularExpressions;
using MLNet.MultiTask.Tool.Options;
using MLNet.MultiTask.Tool.Verbs;

namespace MLNet.MultiTask.Tool.Tests.Shell;

/// <summary>What is refused is named as the user wrote it: by its option.</summary>
[TestClass]
public sealed partial class OptionNamesTests
{
    private static readonly string[] s_values = ["-1", "0", "nan"];

    private static readonly Type[] s_numbers = [typeof(int), typeof(int?), typeof(float), typeof(float?),
        typeof(double), typeof(double?), typeof(double[]), typeof(ulong), typeof(ulong?), typeof(long?),
        typeof(float[]), typeof(int[]), typeof(Limit)];

    // Texts that are parsed; the others are names of the user's own.
    private static readonly string[] s_texts = ["--weighting", "--task-sampling", "--hidden", "--widths", "--separator",
        "--encoding", "--groups", "--grouping", "--arms"];

    private static IEnumerable<Command> Verbs => new[] { "train", "affinity", "group", "sweep" }.Select(Verb);

    public static IEnumerable<(string Verb, string Option)> Numbers =>
        from verb in Verbs
        from option in verb.Options
        where s_numbers.Contains(option.ValueType)
        select (verb.Name, option.Name);

    public static IEnumerable<(string Verb, string Option)> Words =>
        from verb in Verbs
        from option in verb.Options
        where s_texts.Contains(option.Name) || option.ValueType != typeof(bool)
            && option.GetCompletions(CompletionContext.Empty).Any()
        select (verb.Name, option.Name);

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public async Task Run_NumberOutOfRange_IsRefusedByTheOptionsName(string verb, string option)
    {
        using var folder = new TemporaryFolder();
        int refused = 0;
        foreach (string value in s_values)
        {
            ToolRun run = await ToolRun.Of([verb, .. Input(folder, verb, option, value), option, value]);
            if (run.ExitCode == ExitCode.Ok)
                continue;
            refused++;
            StringAssert.Contains(run.Error, option, StringComparison.Ordinal);
            Assert.IsFalse(Property().IsMatch(run.Error), run.Error);
        }
        Assert.IsTrue(refused > 0, $"{option} takes {string.Join(", ", s_values)}");
    }

    [TestMethod]
    [DynamicData(nameof(Words))]
    public async Task Run_WordThatIsNone_IsRefusedByTheOptionsName(string verb, string option)
    {
        using var folder = new TemporaryFolder();
        ToolRun run = await ToolRun.Of([verb, .. Input(folder, verb, option, "out"), option, "nonsense"]);
        run.AssertBadInput(option);
        StringAssert.Contains(run.Error, "nonsense", StringComparison.Ordinal);
        Assert.IsFalse(Property().IsMatch(run.Error), run.Error);
    }

    [TestMethod]
    [DataRow("--learners task-tree --weighting sam", "--weighting is sam(rho=0.05,head-rho=0.05,around=equal), " +
        "but must be another, such as equal: the steps that this one makes are for shared-bottom networks alone.")]
    [DataRow("--learners task-tree --linear-skip --weighting auto-lambda", "--linear-skip is given, but must be left " +
        "out: the heads of a tree see their branch alone; --weighting is auto-lambda(")]
    [DataRow("--widths 8 none --linear-skip",
        "--widths: --linear-skip must be left out where --hidden is empty")]
    [DataRow("--learning-rates 0.1 -1", "--learning-rates: '-1' is no learning rate; a positive number is expected")]
    public async Task Sweep_OptionsThatDoNotGoTogether_AreNamedBeforeTheFirstTrial(string line, string message)
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["sweep", .. Input(folder, "sweep", "", "out"), .. line.Split(' ')])).AssertBadInput(message);
        Assert.IsFalse(Directory.Exists(folder["out"]));
    }

    [TestMethod]
    [DataRow("--learner task-tree --weighting sam --linear-skip", "--linear-skip is given, but must be left out: the " +
        "heads of a tree see their branch alone; --weighting is sam(rho=0.05,head-rho=0.05,around=equal), but must " +
        "be another, such as equal: ")]
    [DataRow("--learner tabular --weighting group-updates", "--weighting is for shared-bottom networks; --arms " +
        "grouped with --learner tabular trains none. Leave it out, or take such a learner.")]
    [DataRow("--learner task-tree --linear-skip", "--linear-skip is given, but must be left out: the heads of a tree")]
    [DataRow("--learner task-tree --hidden 8 --tree 0,1,2/0,1,2", "--tree is 0,1,2/0,1,2, but must be 1 level")]
    [DataRow("--learner task-tree --tree 0;1", "--tree: ")]
    [DataRow("--hidden , --linear-skip", "--linear-skip must be left out where --hidden is empty")]
    [DataRow("--gramian-sketch 32",
        "--gramian-sketch must be left out with the weighting equal, which sees no gradients, but is 32.")]
    [DataRow("--steps 0", "--steps must be at least 1, or none, but is 0.")]
    [DataRow("--patience 0", "--patience must be at least 1, or none, but is 0.")]
    [DataRow("--weighting cagrad(c=2)", "--weighting: C must be at least 0 and less than 1, but is 2.")]
    [DataRow("--weighting pcgrd", "--weighting: There is no weighting 'pcgrd'")]
    [DataRow("--task-sampling 0", "--task-sampling: Task sampling is '0'")]
    [DataRow("--task-sampling unmixed --weighting dwa", "--task-sampling must be mixed with the weighting dwa")]
    [DataRow("--learner trees --linear-skip --epochs 3", "--linear-skip is for shared-bottom and tabular networks, " +
        "--epochs is for shared-bottom networks; --arms grouped with --learner trees trains none. Leave them out")]
    public async Task Train_OptionsThatDoNotGoTogether_AreNamed(string line, string message)
    {
        using var folder = new TemporaryFolder();
        (await ToolRun.Of(["train", "--data", folder.Write("d.csv", SmallData.Lines()), .. SmallData.Labels,
            "--grouping", "all", .. line.Split(' ')])).AssertBadInput(message);
    }

    [TestMethod]
    [DataRow("train", "")]
    [DataRow("train", "--learner task-tree")]
    [DataRow("affinity", "--method gradient-cosine")]
    [DataRow("sweep", "")]
    public async Task Run_TrainingThatDiverges_NamesTheOptionToLower(string verb, string line)
    {
        using var folder = new TemporaryFolder();
        string[] end = verb == "sweep" ? ["--out", folder["out"], "--trials", "1"] : [];
        ToolRun run = await ToolRun.Of([verb, "--data", folder.Write("d.csv", SmallData.Lines()), .. SmallData.Labels,
            "--learning-rate", "1e30", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. end]);
        run.AssertBadInput("is not finite in epoch 1, step 1, at learning rate 1E+30; lower --learning-rate, or " +
            "normalise the features where they are far from 0.");
    }

    [TestMethod]
    public void In_NamesOfTheUser_Stay() => Assert.AreEqual(
        "Task 'Hidden' and column 'null' are odd; --hidden[0] is 0",
        OptionNames.In("Task 'Hidden' and column 'null' are odd; Training.Hidden[0] is 0", Verb("train")));

    // A quick run without the option that is tried.
    private static string[] Input(TemporaryFolder folder, string verb, string option, string output)
    {
        string data = folder.Write("d.csv", SmallData.Lines());
        string[] input = verb switch
        {
            "group" => ["--affinity", folder.Write("m.csv", ["0,1", "1,0"])],
            "affinity" => [.. Training(), "--stage", "early", "--bases", "1"],
            "sweep" => [.. Training(), "--out", folder[output], "--trials", "1", "--folds", "2", "--method", "none"],
            _ => [.. Training(), "--grouping", "all"],
        };
        int at = Array.IndexOf(input, option);
        return at < 0 ? input : [.. input[..at],
            .. input[(at + 1)..].SkipWhile(token => !token.StartsWith("--", StringComparison.Ordinal))];

        string[] Training() => ["--data", data, .. SmallData.Labels, .. SmallData.Quick];
    }

    private static Command Verb(string name)
    {
        var console = new ToolConsole(TextWriter.Null, TextWriter.Null);
        return name switch
        {
            "train" => TrainCommand.Create(console),
            "affinity" => AffinityCommand.Create(console),
            "sweep" => SweepCommand.Create(console, null),
            _ => GroupCommand.Create(console),
        };
    }

    // A word with a capital inside, such as MaxEpochs.
    [GeneratedRegex("[A-Z][a-z]+[A-Z][a-z]")]
    private static partial Regex Property();
}
