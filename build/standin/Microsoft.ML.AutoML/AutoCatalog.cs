namespace Microsoft.ML.AutoML;

public sealed class AutoCatalog
{
    private readonly MLContext _context;

    internal AutoCatalog(MLContext context) => _context = context;

    public SweepableEstimator CreateSweepableEstimator<T>(Func<MLContext, T, IEstimator<ITransformer>> factory,
        SearchSpace.SearchSpace<T> ss = null) where T : class, new() =>
        // Without a space, the package, too, fails like this.
        ss is null ? throw new NullReferenceException()
            : new SweepableEstimator((context, parameter) => factory(context, parameter.AsType<T>()), ss);

    public AutoMLExperiment CreateExperiment(AutoMLExperiment.AutoMLExperimentSettings settings = null) =>
        new(_context, settings ?? new AutoMLExperiment.AutoMLExperimentSettings());
}
