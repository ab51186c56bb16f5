namespace Microsoft.ML.SearchSpace.Option;

public abstract class OptionBase
{
    protected OptionBase()
    {
    }

    public abstract int FeatureSpaceDim { get; }

    public abstract int?[] Step { get; }

    public virtual double[] Default { get; protected set; }

    public abstract Parameter SampleFromFeatureSpace(double[] values);

    public abstract double[] MappingToFeatureSpace(Parameter value);
}
