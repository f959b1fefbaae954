#pragma once

#import <objc/NSObject.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

@class NSError;

typedef NS_CLOSED_ENUM(NSInteger, NSComparisonResult) {
  NSOrderedAscending = -1,
  NSOrderedSame,
  NSOrderedDescending,
};
typedef NSUInteger NSStringEncoding;
enum { NSUTF8StringEncoding = 4 };

@interface NSString : NSObject <NSCopying>
+ (nullable instancetype)stringWithUTF8String:(const char*)text;
+ (instancetype)stringWithFormat:(NSString*)format, ... NS_FORMAT_FUNCTION(1, 2);
+ (instancetype)localizedStringWithFormat:(NSString*)format,
                                          ... NS_FORMAT_FUNCTION(1, 2);
+ (nullable instancetype)
    stringWithContentsOfFile:(NSString*)path
                    encoding:(NSStringEncoding)encoding
                       error:(NSError**)error;
@property(readonly) NSUInteger length;
@property(readonly) NSInteger integerValue;
@property(readonly, copy) NSString* lowercaseString;
@property(readonly, copy) NSString* lastPathComponent;
@property(readonly, copy) NSString* pathExtension;
@property(readonly)
    const char* fileSystemRepresentation NS_RETURNS_INNER_POINTER;
- (BOOL)isEqualToString:(NSString*)other;
- (NSComparisonResult)compare:(NSString*)other;
- (NSString*)substringFromIndex:(NSUInteger)from;
- (NSString*)stringByAppendingPathComponent:(NSString*)name;
@end

NSString* NSStringFromClass(Class aClass);

NS_ASSUME_NONNULL_END
}
