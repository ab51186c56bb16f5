using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class TransformsCatalog
{
    internal TransformsCatalog(HostEnvironment environment)
    {
        Environment = environment;
        Conversion = new ConversionTransforms();
        Categorical = new CategoricalTransforms();
    }

    public CategoricalTransforms Categorical { get; }

    public ConversionTransforms Conversion { get; }

    internal HostEnvironment Environment { get; }

    public sealed class CategoricalTransforms
    {
        internal CategoricalTransforms()
        {
        }
    }

    public sealed class ConversionTransforms
    {
        internal ConversionTransforms()
        {
        }
    }
}
