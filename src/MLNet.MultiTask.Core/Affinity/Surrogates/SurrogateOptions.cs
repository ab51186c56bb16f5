namespace MLNet.MultiTask;

/// <summary>How a surrogate of really trained subsets is fitted.</summary>
public record SurrogateOptions : HigherOrderOptions
{
    /// <summary>Ridge penalty of the regression.</summary>
    /// <value>
    /// The default value is null: the largest of 10⁻³, 10⁻², …, 10² that predicts left-out subsets within 1 % as well
    /// as the best. Positive.
    /// </value>
    public double? Ridge { get; init; }

    /// <summary>
    /// Grad-TAG that predicts the losses of the subsets instead of really training them; where there is one task, or
    /// where this is null, they are trained.
    /// </summary>
    /// <value>The default value is null.</value>
    public GradTagOptions? Predicted { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Predicted?.Validate();
        Check(Ridge is null || (Ridge > 0 && double.IsFinite(Ridge.Value)), nameof(Ridge), Ridge,
            "positive and finite, or null");
    }
}
