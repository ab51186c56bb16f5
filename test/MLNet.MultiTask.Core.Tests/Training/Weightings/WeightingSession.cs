using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Weightings;

/// <summary>A run of a weighting without a network: feeds batches, step after step.</summary>
internal sealed class WeightingSession
{
    private int _step;

    public WeightingSession(TaskWeighting weighting, int tasks, ulong seed = 1, long totalSteps = 1000)
    {
        TaskInfo[] infos = [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"t{t}", TaskKind.Binary))];
        Run = weighting.Start(new WeightingStart(infos, [.. Enumerable.Repeat(100, tasks)], totalSteps, seed));
    }

    public IWeightingRun Run { get; }

    /// <summary>The weighting of that name; <c>fixed</c> with weights 1, 2, 3, ….</summary>
    public static TaskWeighting Of(string name, int tasks) => name == "fixed"
        ? new FixedWeighting(Enumerable.Range(0, tasks).Select(t => KeyValuePair.Create($"t{t}", t + 1.0)))
        : TaskWeightings.Parse(name);

    /// <summary>The weights of one batch in which all the tasks given take part.</summary>
    public double[] Weigh(double[] gramian, double[] losses, int[]? present = null)
    {
        present ??= [.. Enumerable.Range(0, losses.Length)];
        var weights = new double[losses.Length];
        var step = new WeightingStep(present, losses, ++_step, 1e-3f);
        if (Run is IGradientWeighting gradient)
            gradient.Weigh(step, gradient.NeedsGramian(_step) ? gramian : [], weights);
        else
            ((ILossWeighting)Run).Weigh(step, weights);
        return weights;
    }

    /// <summary>The same batch's losses after the step.</summary>
    public void After(double[] losses, int[]? present = null) => ((ILossWeighting)Run).AfterStep(
        new WeightingStep(present ?? [.. Enumerable.Range(0, losses.Length)], losses, _step, 1e-3f));

    public double[] State()
    {
        var state = new double[Run.StateLength];
        Run.Save(state);
        return state;
    }

    public void Restore(double[] state, int steps)
    {
        Run.Restore(state);
        _step = steps;
    }
}
