using MLNet.MultiTask.Tool.Verbs;
using MLNet.MultiTask.Tool.Workers;

namespace MLNet.MultiTask.Tool;

/// <summary>The command <c>mlnet-multitask</c>.</summary>
internal static class ToolApplication
{
    private static CommandLineProgram Program(IJobServer? server) => new(
        "mlnet-multitask", "Which tasks should be learned together, and the model that does it.", console =>
        [
            AffinityCommand.Create(console),
            GroupCommand.Create(console),
            TrainCommand.Create(console),
            SweepCommand.Create(console, server),
            WorkerCommand.Create(console, server),
            EvaluateCommand.Create(console),
            PredictCommand.Create(console),
            ExportCommand.Create(),
        ]);

    public static Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default) =>
        RunAsync(args, output, error, null, cancellationToken);

    /// <summary>The same with a job server.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, IJobServer? server,
        CancellationToken cancellationToken) => Program(server).RunAsync(args, output, error, cancellationToken);
}
