using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

internal sealed class RandomTuner(SearchSpace.SearchSpace space, int? seed) : ITuner
{
    private readonly Random _random = seed is { } s ? new Random(s) : new Random();

    public Parameter Propose(TrialSettings settings)
    {
        var feature = new double[space.FeatureSpaceDim];
        for (int i = 0; i < feature.Length; i++)
            feature[i] = _random.NextDouble();
        return space.SampleFromFeatureSpace(feature);
    }

    public void Update(TrialResult result)
    {
    }
}
