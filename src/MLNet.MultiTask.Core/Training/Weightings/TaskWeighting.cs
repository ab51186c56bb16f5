using System.Globalization;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// How the tasks of one network are weighed against each other while it is trained: a method of the literature with
/// its settings, as a value. What changes from step to step is in the object that <see cref="Start"/> makes.
/// </summary>
/// <remarks>
/// <see cref="ToString"/> is the canonical text, such as <c>cagrad(c=0.5)</c>: it is what fingerprints, files and logs
/// hold. The weights of every method, made absolute, sum to the number of tasks that are present in the batch, so that
/// a learning rate means the same under all of them; how long the paper makes a step is left to the learning rate.
/// </remarks>
public abstract record TaskWeighting
{
    /// <summary>The method's name in lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the method sees the Gramian of the tasks' gradients; otherwise it sees losses only.</summary>
    public virtual bool SeesGradients => false;

    /// <summary>The settings that decide the result, in a fixed order.</summary>
    protected virtual IEnumerable<(string Name, object Value)> Settings => [];

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; name, range and value are in the
    /// message.</exception>
    public virtual void Validate()
    {
    }

    /// <summary>Begins one run.</summary>
    /// <returns>An <see cref="ILossWeighting"/> or an <see cref="IGradientWeighting"/>, of this run alone.</returns>
    /// <exception cref="ArgumentException">The method cannot weigh these tasks; the reason is named.</exception>
    public abstract IWeightingRun Start(WeightingStart start);

    /// <summary>The canonical text: the name, and its settings in parentheses.</summary>
    public sealed override string ToString()
    {
        string settings = string.Join(",", Settings.Select(s =>
            string.Create(CultureInfo.InvariantCulture, $"{s.Name}={s.Value}")));
        return settings.Length == 0 ? Name : $"{Name}({settings})";
    }
}
