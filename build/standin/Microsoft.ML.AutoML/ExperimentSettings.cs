namespace Microsoft.ML.AutoML;

public abstract class ExperimentSettings
{
    public ExperimentSettings()
    {
    }

    public uint MaxExperimentTimeInSeconds { get; set; }

    public CancellationToken CancellationToken { get; set; }

    public double? MaximumMemoryUsageInMegaByte { get; set; }
}
