using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace MLNet.MultiTask;

/// <summary>
/// A compiled project seen as rooms, its top-level source folders, and the uses between them: who inherits, holds,
/// mentions in a signature or calls whom.
/// </summary>
internal sealed partial class Rooms
{
    private readonly Dictionary<string, string> _roomOf = new(StringComparer.Ordinal);

    /// <param name="assembly">Path of the compiled project.</param>
    /// <param name="sources">Its source folder, which says which room a type is in.</param>
    public Rooms(string assembly, string sources)
    {
        foreach (string file in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
        {
            string[] path = Path.GetRelativePath(sources, file).Split(Path.DirectorySeparatorChar);
            if (path[0] is "bin" or "obj")
                continue;
            string text = File.ReadAllText(file), space = Namespace().Match(text).Groups[1].Value;
            foreach (Match type in TopLevelType().Matches(text))
                _roomOf[$"{space}.{type.Groups[1].Value}"] = path.Length > 1 ? path[0] : "";
        }
        using AssemblyDefinition definition = AssemblyDefinition.ReadAssembly(assembly);
        Uses = [.. definition.MainModule.Types.Where(t => RoomOf(t) is not null).SelectMany(UsesOf).Distinct()];
    }

    /// <summary>Every use of a type by a type of another room; "" is the project's root.</summary>
    public IReadOnlyList<Use> Uses { get; }

    /// <summary>Uses that close a circle of rooms; the root, the door of a project, may use all rooms.</summary>
    public IEnumerable<Use> Circles()
    {
        var next = Uses.Where(u => u.From != "" && u.To != "").ToLookup(u => u.From, u => u.To);
        return Uses.Where(u => u.To == "" || (u.From != "" && Reaches(u.To, u.From, [])));

        bool Reaches(string from, string to, HashSet<string> seen) =>
            from == to || (seen.Add(from) && next[from].Distinct().Any(n => Reaches(n, to, seen)));
    }

    private IEnumerable<Use> UsesOf(TypeDefinition type) =>
        from user in Nested(type)
        from used in References(user)
        let outer = Outermost(used)
        where RoomOf(outer) is not null && RoomOf(outer) != RoomOf(type)
        select new Use(RoomOf(type)!, type.Name, RoomOf(outer)!, outer.Name);

    private string? RoomOf(TypeReference type) =>
        _roomOf.GetValueOrDefault($"{type.Namespace}.{Arity().Replace(type.Name, "")}");

    private static IEnumerable<TypeDefinition> Nested(TypeDefinition type) =>
        type.NestedTypes.SelectMany(Nested).Prepend(type);

    private static IEnumerable<TypeReference> References(TypeDefinition type) =>
    [
        .. type.BaseType is { } b ? Parts(b) : [], .. type.Interfaces.SelectMany(i => Parts(i.InterfaceType)),
        .. type.Fields.SelectMany(f => Parts(f.FieldType)), .. type.Methods.SelectMany(References),
    ];

    private static IEnumerable<TypeReference> References(MethodDefinition method) =>
    [
        .. Parts(method.ReturnType), .. method.Parameters.SelectMany(p => Parts(p.ParameterType)),
        .. method.HasBody ? method.Body.Variables.SelectMany(v => Parts(v.VariableType)) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(References) : [],
    ];

    private static IEnumerable<TypeReference> References(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => Parts(type),
        FieldReference field => [.. Parts(field.DeclaringType), .. Parts(field.FieldType)],
        GenericInstanceMethod generic =>
            [.. Parts(generic.DeclaringType), .. generic.GenericArguments.SelectMany(Parts)],
        MethodReference method => Parts(method.DeclaringType),
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification wrapped => Parts(wrapped.ElementType),
        _ => [type],
    };

    private static TypeReference Outermost(TypeReference type) =>
        type.DeclaringType is { } outer ? Outermost(outer) : type;

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:public |internal |file )(?:[a-z]+ )*?(?:class|struct|interface|enum|record|delegate \S+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex("`[0-9]+$")]
    private static partial Regex Arity();

    /// <summary>One type's use of another.</summary>
    public sealed record Use(string From, string User, string To, string Used)
    {
        public override string ToString() => $"{From}/{User} uses {To}/{Used}";
    }
}
