using System.CommandLine;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tool.Learners;
using MLNet.MultiTask.Tool.Variants;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>Where <c>train</c> keeps what it has trained so far.</summary>
internal sealed class CheckpointOptions
{
    private readonly Option<string?> _folder = new("--checkpoint")
    {
        Description = "Keep a checkpoint of every network in this folder while it is trained.",
        HelpName = "DIR",
    };
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on from the checkpoints in the folder; the result is that of a run without interruption.",
    };
    private readonly Option<int> _steps = new("--checkpoint-steps")
    {
        Description = "Updates from one checkpoint of a network to the next.",
        HelpName = "N",
        DefaultValueFactory = _ => 1000,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _folder, _resume, _steps })
            command.Options.Add(option);
    }

    /// <summary>Refuses checkpoints of what cannot go on from one.</summary>
    /// <exception cref="InputException">They are asked for.</exception>
    public void ThrowUnlessKept(ParseResult parsed, IEnumerable<ToolLearner> learners)
    {
        if (parsed.GetValue(_folder) is not null && learners.FirstOrDefault(l => !l.KeepsCheckpoints) is { } learner)
            throw new InputException($"--checkpoint: the learner '{learner.Name}' keeps none; " +
                $"{string.Join(", ", ToolLearner.All.Where(l => l.KeepsCheckpoints).Select(l => l.Name))} do.");
    }

    /// <summary>The folder, opened; null where no checkpoints are wanted.</summary>
    public Checkpoints? Open(ParseResult parsed, ToolConsole console)
    {
        bool resume = parsed.GetValue(_resume);
        int steps = parsed.GetValue(_steps);
        if (parsed.GetValue(_folder) is not { } path)
            return !resume && parsed.GetResult(_steps) is not { Implicit: false } ? null
                : throw new InputException("--resume and --checkpoint-steps go with --checkpoint, the folder of the " +
                    "checkpoints.");
        if (steps < 1)
            throw new InputException($"--checkpoint-steps is {steps}; at least 1 is expected.");
        string full = Path.GetFullPath(path);
        if (!resume && CheckpointFolder.HoldsAny(full))
            throw new InputException($"--checkpoint: '{path}' holds checkpoints already; give --resume to go on from " +
                "them, or another folder.");
        var checkpoints = new Checkpoints(full, resume, steps);
        if (resume && checkpoints.IsEmpty)
            console.Note($"Note: '{path}' holds no checkpoint yet; training starts from the beginning.");
        return checkpoints;
    }
}
