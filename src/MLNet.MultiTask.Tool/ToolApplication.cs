using MLNet.MultiTask.Tool.Verbs;

namespace MLNet.MultiTask.Tool;

/// <summary>The command <c>mlnet-multitask</c>.</summary>
internal static class ToolApplication
{
    private static readonly CommandLineProgram s_program = new(
        "mlnet-multitask", "Which tasks should be learned together, and the model that does it.", console =>
        [
            AffinityCommand.Create(console),
            GroupCommand.Create(console),
            TrainCommand.Create(console),
            SweepCommand.Create(console),
            EvaluateCommand.Create(console),
            PredictCommand.Create(console),
            ExportCommand.Create(),
        ]);

    public static Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default) =>
        s_program.RunAsync(args, output, error, cancellationToken);
}
