namespace Microsoft.ML.AutoML;

public sealed class AutoCatalog
{
    private readonly MLContext _context;

    internal AutoCatalog(MLContext context) => _context = context;

#pragma warning disable CA1822 // The package's method is not static either.
    public SweepableEstimator CreateSweepableEstimator<T>(Func<MLContext, T, IEstimator<ITransformer>> factory,
        SearchSpace.SearchSpace<T> ss = null) where T : class, new() =>
        // Without a space, the package, too, fails like this.
        ss is null ? throw new NullReferenceException()
            : new SweepableEstimator((context, parameter) => factory(context, parameter.AsType<T>()), ss);
#pragma warning restore CA1822

    public AutoMLExperiment CreateExperiment(AutoMLExperiment.AutoMLExperimentSettings settings = null) =>
        new(_context, settings ?? new AutoMLExperiment.AutoMLExperimentSettings());
}
