using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>A tabular network as the training loop sees it: dropout and weight decay follow its schedules.</summary>
/// <param name="step">The network.</param>
/// <param name="options">Dropout and weight decay.</param>
/// <param name="totalSteps">Steps of the whole training.</param>
/// <param name="seed">Names the dropped units, with the step.</param>
internal sealed class TabularTrainable(TabularStep step, TabularOptions options, long totalSteps, ulong seed)
    : ITrainableNetwork
{
    public ReadOnlySpan<double> WeightSums => step.WeightSums;

    public ReadOnlySpan<double> LossSums => step.LossSums;

    public void Forward(ReadOnlySpan<int> rows, int number) => step.Forward(rows, number == 0 ? default
        : new UnitDropout(options.Dropout * Share(number), new RandomStream(seed, "tabular/dropout", number).State));

    public void ComputeLosses() => step.ComputeLosses();

    public void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian) =>
        step.ComputeGramian(factors, tasks, gramian);

    public void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int number,
        float learningRate) =>
        step.Descend(factors, trunkWeights, learningRate, options.WeightDecay * Share(number));

    public void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, Span<float> gradient) =>
        step.Descend(factors, trunkWeights, null, 0).CopyTo(gradient);

    public void Export(Span<float> parameters) => step.Parameters.CopyTo(parameters);

    public OptimizerState Save(int number) =>
        new(number, [.. step.Parameters], [.. step.FirstMoments], [.. step.SecondMoments]);

    public void Restore(OptimizerState state)
    {
        step.Count = state.Steps;
        state.Parameters.CopyTo(step.Parameters, 0);
        state.FirstMoments.CopyTo(step.FirstMoments, 0);
        state.SecondMoments.CopyTo(step.SecondMoments, 0);
    }

    public void Dispose() => step.Dispose();

    // Steps are numbered from 1.
    private float Share(int number) => TabularSchedules.FlatThenCosine((number - 1.0) / totalSteps);
}
