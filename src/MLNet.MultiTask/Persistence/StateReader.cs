using System.Text.Json.Serialization.Metadata;

namespace MLNet.MultiTask.Persistence;

/// <summary>
/// The way every transformer is read: description, check of the sections it implies, sections, object.
/// </summary>
internal static class StateReader
{
    /// <exception cref="ModelFormatException">The bytes are damaged, foreign, newer, or over a limit.</exception>
    public static TResult Read<TContent, TResult>(Stream stream, string kind, MultiTaskModelLoadOptions options,
        JsonTypeInfo<TContent> type,
        Func<TContent, IReadOnlyList<(string Name, string Type, long[] Shape)>> expected,
            Func<TContent, IReadOnlyList<Section>, TResult> build)
    {
        ContainerReader reader = ContainerReader.Open(stream, kind, options);
        try
        {
            TContent content = reader.Content(type);
            reader.ThrowUnlessSectionsAre(expected(content));
            return build(content, reader.ReadSections());
        }
        catch (Exception e) when (Container.IsDamage(e))
        {
            throw new ModelFormatException("content", ContainerHeader.Shorten(e.Message), e);
        }
    }
}
