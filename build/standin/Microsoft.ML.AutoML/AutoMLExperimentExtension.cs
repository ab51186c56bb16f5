namespace Microsoft.ML.AutoML;

public static class AutoMLExperimentExtension
{
    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null) =>
        experiment.SetTuner(_ => new RandomTuner(experiment.SearchSpace, seed));

    /// <summary>
    /// Registers a manager of results, as the package does. The contract keeps none: an experiment that goes on all the
    /// same is refused.
    /// </summary>
    public static AutoMLExperiment SetCheckpoint(this AutoMLExperiment experiment, string folder)
    {
        experiment.Results = new ResultsOfFolder(folder);
        return experiment;
    }
}
