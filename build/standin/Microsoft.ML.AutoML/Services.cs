namespace Microsoft.ML.AutoML;

/// <summary>What factories may ask for, and what they made: it is kept as long as the experiment runs.</summary>
internal sealed class Services(MLContext context, AutoMLExperiment.AutoMLExperimentSettings settings,
    ITrialResultManager results) : IServiceProvider
{
    private readonly List<object> _made = [];

    public object GetService(Type serviceType) => serviceType == typeof(MLContext) ? new MLContext(settings.Seed)
        : serviceType == typeof(AutoMLExperiment.AutoMLExperimentSettings) ? settings
        : serviceType == typeof(IServiceProvider) ? this
        : serviceType == typeof(ITrialResultManager) ? results
        : serviceType.IsInstanceOfType(context) ? context : null;

    public T Make<T>(Func<IServiceProvider, T> factory)
    {
        T made = factory(this);
        _made.Add(made);
        return made;
    }
}
