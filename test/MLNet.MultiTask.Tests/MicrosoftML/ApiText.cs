using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>
/// The externally visible surface of an assembly as text, one member a line: <c>DeclaringType :: signature</c>.
/// </summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Lines(Type type)
        => Members(type).Select(signature => $"{ApiNames.Of(type)} :: {signature}");

    public static bool IsVisible(Type type)
        => type.DeclaringType == null
            ? type.IsPublic
            : (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType);

    /// <summary>Members that whoever implements the type has to write.</summary>
    public static IEnumerable<string> Obligations(Type type)
        => type.IsInterface
            ? Lines(type)
            : Lines(type).Where(line => line.Contains(" abstract ", StringComparison.Ordinal));

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return [$"public delegate {ApiNames.Of(invoke.ReturnType)} {ApiNames.Of(type)}({ApiParameters.Of(invoke)})"
                + ApiNames.Constraints(type.GetGenericArguments())];
        }

        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => $"{f.Name} = {f.GetRawConstantValue()}").Prepend(Declaration(type));
        }

        return
        [
            Declaration(type), .. Fields(type), .. Constructors(type),
            .. Properties(type), .. Events(type), .. Methods(type),
        ];
    }

    private static string Declaration(Type type)
    {
        string kind = type.IsInterface ? "interface"
            : type.IsEnum ? "enum"
            : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")
                + (type.IsByRefLike ? "ref " : "") + "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        string[] bases = [.. Bases(type)];
        return $"{Access(type)} {kind} {ApiNames.Of(type)}"
            + (bases.Length > 0 ? " : " + string.Join(", ", bases) : "")
            + ApiNames.Constraints(type.GetGenericArguments());
    }

    private static string Access(Type type) => type.IsNestedFamily || type.IsNestedFamORAssem ? "protected" : "public";

    /// <summary>The base class, then the visible interfaces that neither it nor another of them brings along.</summary>
    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
            return [ApiNames.Of(Enum.GetUnderlyingType(type))];
        Type[] visible = type.GetInterfaces()
            .Where(i => IsVisible(i.IsGenericType ? i.GetGenericTypeDefinition() : i)).ToArray();
        IEnumerable<Type> inherited =
            (type.BaseType?.GetInterfaces() ?? []).Concat(visible.SelectMany(i => i.GetInterfaces()));
        IEnumerable<string> interfaces = visible.Except(inherited).Select(ApiNames.Of).Order(StringComparer.Ordinal);
        bool hasBase = !type.IsValueType && type.BaseType is { } baseType && baseType != typeof(object);
        return hasBase ? interfaces.Prepend(ApiNames.Of(type.BaseType!)) : interfaces;
    }

    private static IEnumerable<string> Fields(Type type)
        => type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly).Select(f =>
            $"{(f.IsPublic ? "public" : "protected")} "
            + (f.IsLiteral ? "const " : (f.IsStatic ? "static " : "") + (f.IsInitOnly ? "readonly " : ""))
            + $"{ApiNames.Of(f.FieldType)} {f.Name}"
            + (f.IsLiteral ? " = " + Convert.ToString(f.GetRawConstantValue(), CultureInfo.InvariantCulture) : ""));

    private static IEnumerable<string> Constructors(Type type)
        => type.GetConstructors(Declared).Where(c => !c.IsStatic && IsVisible(c))
            .Select(c => $"{Access(c)} {type.Name.Split('`')[0]}({ApiParameters.Of(c)})");

    private static IEnumerable<string> Properties(Type type)
    {
        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo?[] accessors = [property.GetMethod, property.SetMethod];
            if (!accessors.Any(IsVisible))
                continue;
            MethodInfo main = accessors.First(IsVisible)!;
            string name = property.GetIndexParameters() is { Length: > 0 } index
                ? $"this[{ApiParameters.Of(index)}]"
                : property.Name;
            string parts = (IsVisible(property.GetMethod) ? "get; " : "")
                + (IsVisible(property.SetMethod)
                    ? (Access(property.SetMethod!) != Access(main) ? Access(property.SetMethod!) + " " : "") + "set; "
                    : "");
            yield return $"{Prefix(main)}{ApiNames.Of(property.PropertyType)} {name} {{ {parts}}}";
        }
    }

    private static IEnumerable<string> Events(Type type)
        => type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod))
            .Select(e => $"{Prefix(e.AddMethod!)}event {ApiNames.Of(e.EventHandlerType!)} {e.Name}");

    private static IEnumerable<string> Methods(Type type)
        => type.GetMethods(Declared)
            .Where(m => IsVisible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)))
            .Select(m => $"{Prefix(m)}{ApiNames.Of(m.ReturnType)} {m.Name}"
                + (m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(a => a.Name))}>" : "")
                + $"({ApiParameters.Of(m)})"
                + ApiNames.Constraints(m.IsGenericMethod ? m.GetGenericArguments() : []));

    private static bool IsVisible(MethodBase? method)
        => method != null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static string Access(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static string Prefix(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
            return method.IsStatic ? "static " : "";
        bool overrides = method.IsVirtual
            && (method.GetBaseDefinition().DeclaringType != method.DeclaringType
                || !method.Attributes.HasFlag(MethodAttributes.NewSlot));
        string modifier = method.IsStatic ? "static "
            : method.IsAbstract ? "abstract "
            : overrides ? (method.IsFinal ? "sealed override " : "override ")
            : method.IsVirtual && !method.IsFinal ? "virtual "
            : "";
        return $"{Access(method)} {modifier}";
    }
}
