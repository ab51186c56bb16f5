namespace Microsoft.ML.SearchSpace.Option;

public sealed class ChoiceOption : OptionBase
{
    public ChoiceOption(params object[] choices) : this(choices, choices[0])
    {
    }

    public ChoiceOption(object[] choices, object defaultChoice)
    {
        Choices = [.. choices.Select(c => c switch
        {
            string text => Parameter.FromString(text),
            int number => Parameter.FromInt(number),
            float number => Parameter.FromFloat(number),
            double number => Parameter.FromDouble(number),
            bool yes => Parameter.FromBool(yes),
            Parameter parameter => parameter,
            _ => throw new NotSupportedException($"A choice of type {c.GetType()} is not in this contract"),
        })];
        Default = MappingToFeatureSpace(Choices[Array.IndexOf(choices, defaultChoice)]);
    }

    public Parameter[] Choices { get; }

    public override int FeatureSpaceDim => Choices.Length == 1 ? 0 : 1;

    public override int?[] Step => [Choices.Length];

    // The product goes through float: one of the places where a feature and its choice part ways.
    public override Parameter SampleFromFeatureSpace(double[] values) => Choices.Length == 1 ? Choices[0]
        : Choices[Math.Min(Choices.Length - 1, (int)Math.Floor((float)(Choices.Length * values[0])))];

    public override double[] MappingToFeatureSpace(Parameter param) => Choices.Length == 1 ? []
        : [Array.FindIndex(Choices, c => c.Equals(param)) / (double)Choices.Length];
}
