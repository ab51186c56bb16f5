using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tool;

/// <summary>Calls into the library whose refusals are about what the user gave.</summary>
internal static class LibraryErrors
{
    public static void Translate(Action action) => Translate<object?>(() =>
    {
        action();
        return null;
    });

    /// <summary>Runs the call on the text of an option, which its refusals name.</summary>
    public static T Translate<T>(string option, Func<T> call)
    {
        try
        {
            return Translate(call);
        }
        catch (InputException e)
        {
            throw new InputException($"{option}: {e.Message}", e.InnerException);
        }
    }

    /// <summary>Runs the call; its refusals become an <see cref="InputException"/> of one sentence.</summary>
    public static T Translate<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (ArgumentException e)
        {
            throw new InputException(Sentence(e), e);
        }
        catch (Exception e) when (e is ModelFormatException or TrainingDivergedException or FormatException)
        {
            throw new InputException(Ended(e.Message), e);
        }
    }

    // The framework appends "(Parameter 'x')" and, on a second line, the value, which the message already says.
    private static string Sentence(ArgumentException e)
    {
        int parameter = e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return Ended(parameter < 0 ? e.Message : e.Message[..parameter] +
            (e is ArgumentOutOfRangeException { ActualValue: { } value } ? $", but is {value}" : ""));
    }

    private static string Ended(string sentence) => sentence.EndsWith('.') ? sentence : sentence + ".";
}
