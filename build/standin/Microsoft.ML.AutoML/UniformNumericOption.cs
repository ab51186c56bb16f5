namespace Microsoft.ML.SearchSpace.Option;

/// <summary>A number between two others, even on a line or on a logarithmic one.</summary>
public abstract class UniformNumericOption : OptionBase
{
    public UniformNumericOption(double min, double max, bool logBase = false)
    {
        if (logBase && min <= 0)
            throw new ArgumentOutOfRangeException(nameof(min));
        (Min, Max, LogBase) = (min, max, logBase);
    }

    public bool LogBase { get; }

    public double Max { get; }

    public double Min { get; }

    public override int FeatureSpaceDim => 1;

    public override int?[] Step => [null];

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromDouble(LogBase
        ? Math.Exp(Math.Log(Min) + values[0] * (Math.Log(Max) - Math.Log(Min))) : Min + values[0] * (Max - Min));

    public override double[] MappingToFeatureSpace(Parameter param)
    {
        double value = param.AsType<double>();
        return [LogBase ? (Math.Log(value) - Math.Log(Min)) / (Math.Log(Max) - Math.Log(Min)) : (value - Min) / (Max - Min)];
    }
}

public sealed class UniformSingleOption : UniformNumericOption
{
    public UniformSingleOption(float min, float max, bool logBase = false, float? defaultValue = null)
        : base(min, max, logBase) =>
        Default = defaultValue is { } value ? MappingToFeatureSpace(Parameter.FromFloat(value)) : [0];

    public override Parameter SampleFromFeatureSpace(double[] values) =>
        Parameter.FromFloat(Convert.ToSingle(base.SampleFromFeatureSpace(values).AsType<double>()));

    public override double[] MappingToFeatureSpace(Parameter param) =>
        base.MappingToFeatureSpace(Parameter.FromDouble(param.AsType<float>()));
}
