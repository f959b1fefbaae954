#pragma once

#import <Foundation/NSCollections.h>

NS_ASSUME_NONNULL_BEGIN

@interface NSDate : NSObject <NSCopying>
+ (instancetype)date;
+ (instancetype)dateWithTimeIntervalSince1970:(NSTimeInterval)seconds;
@property(readonly) NSTimeInterval timeIntervalSince1970;
@end

typedef NS_ENUM(NSUInteger, NSDateFormatterStyle) {
  NSDateFormatterNoStyle = 0,
  NSDateFormatterShortStyle = 1,
  NSDateFormatterMediumStyle = 2,
};

@interface NSFormatter : NSObject
@end

@interface NSDateFormatter : NSFormatter
+ (NSString*)localizedStringFromDate:(NSDate*)date
                           dateStyle:(NSDateFormatterStyle)dateStyle
                           timeStyle:(NSDateFormatterStyle)timeStyle;
@end

typedef NS_ENUM(NSUInteger, NSNumberFormatterStyle) {
  NSNumberFormatterNoStyle = 0,
  NSNumberFormatterDecimalStyle = 1,
  NSNumberFormatterPercentStyle = 3,
};

@interface NSNumberFormatter : NSFormatter
+ (NSString*)localizedStringFromNumber:(NSNumber*)number
                           numberStyle:(NSNumberFormatterStyle)style;
- (nullable NSString*)stringFromNumber:(NSNumber*)number;
@property NSNumberFormatterStyle numberStyle;
@property NSUInteger maximumFractionDigits;
@end

typedef NS_ENUM(NSInteger, NSByteCountFormatterCountStyle) {
  NSByteCountFormatterCountStyleFile = 0,
  NSByteCountFormatterCountStyleMemory = 1,
};

@interface NSByteCountFormatter : NSFormatter
+ (NSString*)stringFromByteCount:(long long)byteCount
                      countStyle:(NSByteCountFormatterCountStyle)countStyle;
@end

NS_ASSUME_NONNULL_END
