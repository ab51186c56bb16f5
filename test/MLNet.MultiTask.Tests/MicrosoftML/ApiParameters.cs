using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>Parameter lists with names, modifiers and default values.</summary>
internal static class ApiParameters
{
    public static string Of(MethodBase method)
        => (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + Of(method.GetParameters());

    public static string Of(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Of));

    private static string Of(ParameterInfo parameter)
    {
        string modifier = parameter.ParameterType.IsByRef
            ? (parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ")
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        return $"{modifier}{ApiNames.Of(parameter.ParameterType)} {parameter.Name}{Default(parameter)}";
    }

    private static string Default(ParameterInfo parameter)
    {
        if (!parameter.HasDefaultValue)
            return "";
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        bool canBeNull = !parameter.ParameterType.IsGenericParameter
            && (!parameter.ParameterType.IsValueType || type != parameter.ParameterType);
        return " = " + parameter.RawDefaultValue switch
        {
            null => canBeNull ? "null" : "default",
            string text => $"\"{text}\"",
            bool value => value ? "true" : "false",
            char c => c < 32 ? $"'\\u{(int)c:x4}'" : $"'{c}'",
            object value when type.IsEnum => $"{ApiNames.Of(type)}.{Enum.ToObject(type, value)}",
            float value => value.ToString(CultureInfo.InvariantCulture) + "f",
            object value => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
    }
}
